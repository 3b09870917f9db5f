public import NetConfigCore

extension NetworkModel {
    /// Reads a cache of XAPI's records (`network.dbcache`).
    ///
    /// - Parameter path: The file.
    /// - Throws: ``CacheError`` where there is no file, or its text is no cache. A record that is in error is left out, with
    ///   what cannot be without it.
    public init(cache path: String) throws(CacheError) { self = try CacheReader.read(contentsOf: path) }
}
