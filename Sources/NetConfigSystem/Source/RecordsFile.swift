package import NetConfigCore
internal import SystemPackage

/// The file from which a host's records are read where XAPI is not asked, and what kind of file it is.
package struct RecordsFile: Sendable {
    /// The kinds, in the order in which a host's own are looked for.
    package enum Kind: Sendable {
        /// A cache of XAPI's records.
        case cache
        /// xcp-networkd's database.
        case networkd
        /// What an installer leaves for XAPI's first start.
        case management
    }

    /// The file.
    package let path: String
    /// What it is.
    package let kind: Kind
    private let cache: CacheLocation
    private let inventory: String

    /// Takes a file for what its content says that it is, or finds the host's own: the cache or its last good copy, else
    /// xcp-networkd's database, else what the installer left.
    ///
    /// - Parameters:
    ///   - given: The file that the caller names; `nil` for the host's own.
    ///   - paths: Where things are on the host.
    package init(given: String?, on paths: HostPaths) {
        inventory = paths.path(Inventory.standardPath)
        if let given {
            (path, kind, cache) = (given, Self.kind(of: given), CacheLocation(path: given))
            return
        }
        let own = CacheLocation(root: paths.root.directory.string)
        cache = own
        let others: [(String, Kind)] = [
            (paths.path(NetworkdDatabase.standardPath), .networkd),
            (paths.path(ManagementConfiguration.standardPath), .management),
        ]
        let hasCache = FilePath(own.path).exists || FilePath(own.lastGoodPath).exists
        (path, kind) = (hasCache ? nil : others.first { FilePath($0.0).exists }) ?? (own.path, .cache)
    }

    /// Reads the records.
    ///
    /// - Parameter names: The bridges that are asked for; decides whether a cache's last good copy is used.
    /// - Returns: The model, complete and consistent.
    /// - Throws: `CacheError`.
    package func model(for names: [String] = []) throws(CacheError) -> NetworkModel {
        switch kind {
        case .cache: try cache.loadOrLastGood(for: names)
        case .networkd: try NetworkdReader.read(contents(), name: path, management: management)
        case .management:
            try ManagementConfiguration.read(
                String(decoding: contents(), as: UTF8.self), name: path, interface: management)
        }
    }

    /// The records of xcp-networkd's database with all that is wrong with them.
    ///
    /// - Throws: `CacheError` where the file is no such database.
    package func networkdReading() throws(CacheError) -> RecordReading {
        try NetworkdReader.reading(of: contents(), name: path, management: management)
    }

    /// The management interface by the host's inventory.
    private var management: String? { (try? Inventory(contentsOf: inventory))?["MANAGEMENT_INTERFACE"] }

    private func contents() throws(CacheError) -> [UInt8] {
        do throws(FileError) {
            return try InputFile(path, limit: CacheReader.maximumSize).contents()
        } catch {
            throw CacheError(path, .file(error))
        }
    }

    /// What a file is by its content. What is nothing else is taken for a cache, whose reader says what is wrong.
    private static func kind(of path: String) -> Kind {
        guard let bytes = try? InputFile(path, limit: CacheReader.maximumSize).beginning() else { return .cache }
        switch bytes.withoutByteOrderMark.first(where: { !$0.isXMLSpace }) {
        case nil, UInt8(ascii: "<"): return .cache
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .networkd
        // Whatever comments there are before the first assignment.
        default: return Inventory(String(decoding: bytes, as: UTF8.self)).values.isEmpty ? .cache : .management
        }
    }
}
