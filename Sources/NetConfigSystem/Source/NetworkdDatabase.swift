package import NetConfigCore

/// What xcp-networkd, which configures the hosts of today, keeps of them: `networkd.db`. It is read, and never written.
package struct NetworkdDatabase: Equatable, Sendable {
    /// Where xcp-networkd keeps it.
    package static let standardPath = HostFile.networkdDatabase
    /// The most bytes that it may have.
    package static let maximumSize = CacheReader.maximumSize

    /// The devices that it describes: bridges, what is in their ports, cards, and VLAN links by the name that this program would
    /// give them. Names that are no device's are left out.
    package private(set) var devices: Set<DeviceName> = []

    /// Reads the database; `nil` where there is none.
    ///
    /// - Throws: ``Failure``, which names the file.
    package init?(contentsOf path: String) throws(Failure) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try InputFile(path, limit: Self.maximumSize).contents() } catch {
            guard error.isMissing else { throw .file(error) }
            return nil
        }
        do throws(JSONError) { try self.init(bytes) } catch {
            let position = LineStarts(bytes).position(error.offset)
            throw .syntax(
                file: path, reason: "line \(position.line), column \(position.column): \(error.message)")
        }
    }

    /// Reads a database. What is not as xcp-networkd writes it says nothing; the rest does.
    ///
    /// - Throws: `JSONError` where the bytes are no JSON.
    init(_ bytes: [UInt8]) throws(JSONError) {
        // It has the MAC addresses of cards as six bytes in a string.
        let database = try JSONReader.readTolerantly(bytes).value
        let bridges = database["bridge_config"]?.object ?? [:]
        var names = Array((database["interface_config"]?.object ?? [:]).keys) + bridges.keys
        for entry in database["interface_order"]?.array ?? [] { names += [entry["name"]?.string].compactMap { $0 } }
        for bridge in bridges.values {
            names += Self.uplinks(of: bridge)
            guard let vlan = bridge["vlan"]?.array, vlan.count == 2, let parent = vlan[0].string,
                let tag = vlan[1].integer
            else { continue }
            names += (bridges[parent].map(Self.ports) ?? []).map { "\($0).\(tag)" }
        }
        devices = Set(names.compactMap { DeviceName($0) })
    }

    /// The ports of a bridge: cards, and bonds by their own names.
    private static func ports(of bridge: JSON) -> [String] { Array((bridge["ports"]?.object ?? [:]).keys) }

    /// The ports of a bridge, and the cards in them.
    private static func uplinks(of bridge: JSON) -> [String] {
        ports(of: bridge)
            + (bridge["ports"]?.object ?? [:]).values.flatMap { $0["interfaces"]?.array ?? [] }.compactMap(\.string)
    }
}

extension NetworkdDatabase {
    /// Why a database says nothing.
    package enum Failure: Error, Equatable, Sendable {
        /// The file could not be read.
        case file(FileError)
        /// Its text is no JSON.
        case syntax(file: String, reason: String)
    }
}

extension NetworkdDatabase.Failure: CustomStringConvertible {
    /// The file, and what is wrong with it.
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .syntax(let file, let reason): "\(file): \(reason)"
        }
    }
}
