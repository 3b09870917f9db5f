internal import NetConfigCore
internal import NetConfigSystem

extension RunLog {
    /// Puts the new cache in place; `nil` means that it is up to date.
    ///
    /// - Returns: What is to be remembered of it.
    /// - Throws: ``RunFailure``, which says that the network itself stays as it is now.
    func replace(
        with cache: consuming CacheLocation.Prepared?, at location: CacheLocation, on paths: HostPaths,
        _ datapath: Datapath
    ) throws -> FileReplacement? {
        var replacement = (cache?.bytes).map { FileReplacement(of: location.path, with: $0, on: paths, datapath) }
        let start = ContinuousClock.now
        try commit(cache.take(), at: location)
        replacement?.duration = .now - start
        return replacement
    }
}
