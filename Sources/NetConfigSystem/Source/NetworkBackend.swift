package import NetConfigCore

/// The host's choice of what switches its frames: the first line of `/etc/xensource/network.conf`.
package enum NetworkBackend {
    /// Where the choice is.
    package static let standardPath = "/etc/xensource/network.conf"
    /// The most bytes that the file may have.
    package static let maximumSize = 1 << 16

    /// A choice that cannot be made out.
    package enum Failure: Error, Equatable, Sendable {
        /// The file could not be read.
        case file(FileError)
        /// The first line of this file is something else.
        case unknown(String, file: String)
    }

    /// What a new host has.
    package static let standard = Datapath.openvswitch

    /// Reads the choice: `bridge`, or `openvswitch`, which is also called `vswitch`; `nil` where there is nothing in the file but
    /// white space and comments.
    ///
    /// - Throws: `Failure`, which names the file.
    package static func datapath(contentsOf path: String) throws(Failure) -> Datapath? {
        let text: String
        do throws(FileError) { text = try InputFile(path, limit: maximumSize).text() } catch { throw .file(error) }
        return try datapath(in: text, file: path)
    }

    /// The choice that a text makes; errors call it by the file's name.
    package static func datapath(in text: String, file path: String) throws(Failure) -> Datapath? {
        let lines = text.lines(keepingEmpty: true)
        guard lines.contains(where: { !$0.trimmed.isEmpty && !$0.trimmed.begins(with: "#") }) else { return nil }
        let line = lines.first ?? ""
        switch line.trimmed {
        case "bridge": return .bridge
        case "openvswitch", "vswitch": return .openvswitch
        default: throw .unknown(line.shortened(to: 80), file: path)
        }
    }
}

extension NetworkBackend.Failure: CustomStringConvertible {
    /// The text that messages use.
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .unknown(let line, let file):
            "\(file): the first line is '\(line.printable)', expected bridge or openvswitch"
        }
    }
}
