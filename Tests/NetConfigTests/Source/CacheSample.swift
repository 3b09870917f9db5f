import SystemPackage

@testable import NetConfigCore
@testable import NetConfigSystem

/// A cache among the repository's test data.
struct CacheSample {
    /// The directory of all caches.
    static var directory: FilePath {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path.appending("testdata").appending("cache")
    }

    let path: String

    init(_ name: String) {
        path = Self.directory.pushing(FilePath(name)).string
    }

    func bytes() throws -> [UInt8] { try InputFile(path, limit: 1 << 24).contents() }
    func text() throws -> String { try InputFile(path, limit: 1 << 24).text() }
    func model() throws -> NetworkModel { try CacheReader.read(bytes(), name: "cache") }
}

extension NetworkModel {
    /// Reads a cache from records without their root.
    init(records: String) throws(CacheError) {
        let text = "<xenserver-network-configuration>\n\(records)\n</xenserver-network-configuration>"
        self = try CacheReader.read(Array(text.utf8), name: "cache")
    }

    /// The PIF with this description, such as `PIF eth0`.
    func pif(_ description: String) -> PIF? { pifs.values.first { $0.description == description } }
}
