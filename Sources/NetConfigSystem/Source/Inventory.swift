internal import NetConfigCore

/// The host's inventory, `/etc/xensource-inventory`: lines `KEY='value'`, as a shell would read them but without running
/// anything.
package struct Inventory: Equatable, Sendable {
    /// Where the inventory is.
    package static let standardPath = HostFile.inventory
    /// The most bytes that an inventory may have.
    package static let maximumSize = 1 << 20

    /// The values; of a key that is given twice the later one, as in a shell.
    package private(set) var values: [String: String] = [:]

    /// Reads an inventory from a file.
    ///
    /// - Throws: `FileError`.
    package init(contentsOf path: String) throws(FileError) {
        self.init(try InputFile(path, limit: Self.maximumSize).text())
    }

    /// The uuid of the host whose inventory a file is.
    ///
    /// - Throws: `FileError`, ``NoHostUUID``.
    package static func hostUUID(contentsOf path: String) throws -> String {
        guard let uuid = try Inventory(contentsOf: path)["INSTALLATION_UUID"], !uuid.isEmpty else {
            throw NoHostUUID(file: path)
        }
        return uuid
    }

    /// Reads an inventory. Lines that are no assignment are skipped.
    package init(_ text: String) {
        for line in text.lines() {
            guard let (key, value) = Self.assignment(in: line) else { continue }
            values[key] = value
        }
    }

    /// The value of a key, `nil` where it is not set.
    package subscript(key: String) -> String? { values[key] }

    private static func assignment(in line: Substring) -> (String, String)? {
        guard let (key, rest) = line.trimmed.halves(at: "="), let first = key.utf8.first, !first.isDigit,
            key.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }), let value = word(rest)
        else { return nil }
        return (String(key), value)
    }

    /// The first word of a line, its quotes removed; `nil` where a quote is not closed.
    private static func word(_ text: Substring) -> String? {
        var word: [UInt8] = []
        var quote: Unicode.Scalar?
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch (Unicode.Scalar(byte), quote) {
            case ("'", "'"?), ("\"", "\""?): quote = nil
            case ("'", nil), ("\"", nil): quote = Unicode.Scalar(byte)
            // Within double quotes a backslash stands for itself, except before these.
            case ("\\", "\""?) where rest.first.map("$`\"\\".utf8.contains) == true, ("\\", nil):
                if let escaped = rest.popFirst() { word.append(escaped) }
            case (_, nil) where byte.isWhiteSpace: return String(decoding: word, as: UTF8.self)
            default: word.append(byte)
            }
        }
        return quote == nil ? String(decoding: word, as: UTF8.self) : nil
    }
}
