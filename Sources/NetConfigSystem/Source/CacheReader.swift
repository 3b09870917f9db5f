package import NetConfigCore

/// Reads a cache of the host's network records, as any XenServer's `interface-reconfigure`, an installer or this program
/// wrote it.
package enum CacheReader {
    /// The most bytes that a cache may have. Ten thousand PIFs need a fifth of it.
    package static let maximumSize = 64 << 20

    /// Reads a cache from a file.
    ///
    /// - Returns: the model, complete and consistent, without records that are in error.
    /// - Throws: `CacheError` where there is no file, or its text is no cache.
    package static func read(contentsOf path: String) throws(CacheError) -> NetworkModel {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try InputFile(path, limit: maximumSize).contents()
        } catch {
            throw CacheError(path, .file(error))
        }
        return try read(bytes, name: path)
    }

    /// Reads a cache.
    ///
    /// - Parameters:
    ///   - bytes: the XML text.
    ///   - name: what errors call it.
    /// - Returns: the model, complete and consistent. Records that are in error are left out with what cannot be without
    ///   them; the model's faults name line and column, record and field.
    /// - Throws: `CacheError` for a text that is no cache, which names line and column.
    package static func read(_ bytes: [UInt8], name: String) throws(CacheError) -> NetworkModel {
        guard bytes.contains(where: { !$0.isXMLSpace }) else { throw CacheError(name, .empty) }
        do throws(XMLError) {
            let reading = try Self.reading(of: bytes, keepingRecords: false)
            guard !reading.diagnostics.errors.isEmpty else { return reading.usableModel }
            // What is wrong between records is found when their text has been forgotten, so it is read once more to tell where
            // they stand.
            return try Self.reading(of: bytes, keepingRecords: true).usableModel
        } catch {
            throw CacheError(name, .malformed(error.message, error.position))
        }
    }

    private static func reading(of bytes: [UInt8], keepingRecords: Bool) throws(XMLError) -> RecordReading {
        var reading = RecordReading(keepingRecords: keepingRecords)
        try reading.addAll(of: bytes)
        reading.compare()
        return reading
    }
}
