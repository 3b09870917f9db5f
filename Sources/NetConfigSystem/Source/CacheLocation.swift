package import NetConfigCore
internal import SystemPackage

/// Where a host keeps its cache.
package struct CacheLocation: Sendable {
    /// The file: where the cache is read and where it will be written.
    package let path: String

    /// Where caches are, the older place first: XenServer's, then that of newer installs.
    package static let standardPaths = HostFile.caches

    /// The copy of the last cache that could be read before it was replaced.
    package var lastGoodPath: String { path + ".last-good" }

    /// Uses a certain file.
    package init(path: String) {
        self.path = path
    }

    /// Finds the file below a directory: of the standard paths the first that exists, else the first with a last good copy,
    /// else the first whose directory exists.
    package init(root: String = "/") {
        let candidates = Self.standardPaths.map { CacheLocation(path: FilePath(root).appending(below: $0)) }
        self =
            candidates.first { FilePath($0.path).exists } ?? candidates.first { FilePath($0.lastGoodPath).exists }
            ?? candidates.first { FilePath($0.path).removingLastComponent().exists } ?? candidates[0]
    }

    /// Reads the cache.
    ///
    /// - Throws: `CacheError`.
    package func load() throws(CacheError) -> NetworkModel {
        try CacheReader.read(contentsOf: path)
    }

    /// Reads the cache or, where it is missing or unreadable, its last good copy. The model then has a warning that says
    /// so: a host that lost power while a program wrote the cache must still come up.
    ///
    /// - Parameter names: The bridges that are asked for. Where errors in the records leave out all of them, and the copy has
    ///   one, the copy is used as well.
    /// - Returns: The model.
    /// - Throws: `CacheError`, what is wrong with the cache itself, where there is no good copy either.
    package func loadOrLastGood(for names: [String] = []) throws(CacheError) -> NetworkModel {
        do throws(CacheError) {
            let model = try load()
            guard !model.faults.isEmpty, !names.isEmpty, let error = model.firstError(ofAll: names),
                let copy = try? lastGood(instead: "\(path): \(error)"), copy.firstError(ofAll: names) == nil
            else { return model }
            return copy
        } catch {
            guard let copy = try? lastGood(instead: "\(error)") else { throw error }
            return copy
        }
    }

    private func lastGood(instead reason: String) throws(CacheError) -> NetworkModel {
        var model = try CacheReader.read(contentsOf: lastGoodPath)
        var warning = Warning(
            "cache", "\(reason); its last good copy \(lastGoodPath) is used, which may be out of date")
        warning.isAboutSource = true
        model.warnings.insert(warning, at: 0)
        return model
    }

    /// Writes the cache, atomically and durably. One that would have the same bytes is not touched.
    ///
    /// Before a cache that has no errors is replaced, it is kept as ``lastGoodPath``.
    ///
    /// - Returns: whether the cache was changed.
    /// - Throws: `CacheError`; the old cache is then as it was.
    @discardableResult
    package func save(_ model: NetworkModel) throws(CacheError) -> Bool {
        guard let prepared = try prepare(model) else { return false }
        try prepared.commit()
        return true
    }

    /// Writes a new cache beside the old one: whatever can fail for want of room or rights, or because the records cannot
    /// be written, fails now.
    ///
    /// - Returns: what is to be committed, `nil` where the cache would have the same bytes.
    /// - Throws: `CacheError`.
    package func prepare(_ model: NetworkModel) throws(CacheError) -> Prepared? {
        let bytes: [UInt8]
        do throws(ModelError) { bytes = try CacheWriter.bytes(of: model) } catch {
            throw CacheError(path, .record(error))
        }
        return try prepare(bytes)
    }

    /// The same for records that are text already.
    package func prepare(_ bytes: [UInt8]) throws(CacheError) -> Prepared? {
        do throws(FileError) {
            let file = try AtomicFile(following: path)
            guard let replacement = try file.prepare(bytes) else { return nil }
            return Prepared(location: self, bytes: bytes, file: AtomicFile(file.path), replacement: replacement)
        } catch {
            throw CacheError(path, .file(error))
        }
    }

    /// A new cache that waits for its turn. Without it the old one stays, and nothing is left beside it.
    package struct Prepared: ~Copyable {
        fileprivate let location: CacheLocation
        /// What is to be in it.
        package let bytes: [UInt8]
        fileprivate let file: AtomicFile
        fileprivate let replacement: AtomicFile.Replacement

        /// Puts it in the old one's place; the old one is kept where it can be read.
        package consuming func commit() throws(CacheError) {
            do throws(FileError) {
                if (try? location.load())?.faults.isEmpty == true { try file.keep(as: location.lastGoodPath) }
                try replacement.commit()
            } catch {
                throw CacheError(location.path, .file(error))
            }
        }
    }
}

extension NetworkModel {
    /// Why the first of these names cannot be used, where none can.
    fileprivate func firstError(ofAll names: [String]) -> UnknownBridge? {
        let errors = pifs(named: names).compactMap { result in
            if case .failure(let error) = result { error } else { nil }
        }
        return errors.count == names.count ? errors.first : nil
    }
}

extension FilePath {
    /// A path from the root, taken to start here instead.
    fileprivate func appending(below path: String) -> String {
        var result = self
        result.append(FilePath(path).components)
        return result.string
    }
}
