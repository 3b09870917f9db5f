/// Reads a cache of the host's network records, as any XenServer's `interface-reconfigure`, an installer or this program
/// wrote it.
public enum CacheReader {
    /// The most bytes that a cache may have. Ten thousand PIFs need a fifth of it.
    public static let maximumSize = 64 << 20

    /// Reads a cache from a file.
    ///
    /// - Throws: `CacheError`, which names file, line and column, record and field.
    public static func read(contentsOf path: String) throws(CacheError) -> NetworkModel {
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
    /// - Returns: the model, complete and consistent.
    /// - Throws: `CacheError`, which names line and column, record and field.
    public static func read(_ bytes: [UInt8], name: String) throws(CacheError) -> NetworkModel {
        guard bytes.contains(where: { !$0.isXMLSpace }) else { throw CacheError(name, .empty) }
        var reading = RecordReading()
        do throws(XMLError) {
            try reading.addAll(of: bytes, stoppingAtFirst: true)
        } catch {
            // What was found before is the first error.
            if reading.findings.errors.isEmpty { throw CacheError(name, .malformed(error.message, error.position)) }
        }
        if reading.findings.errors.isEmpty { reading.compare() }
        do throws(ModelError) {
            return try reading.finished()
        } catch {
            throw CacheError(name, .record(located(error, in: bytes)))
        }
    }

    /// An error with its place. What is wrong between records is found when their text has been forgotten, so it is
    /// read once more to find where the record and the field stand.
    private static func located(_ error: ModelError, in bytes: [UInt8]) -> ModelError {
        guard error.position == nil else { return error }
        var reading = RecordReading(keepingRecords: true)
        try? reading.addAll(of: bytes, stoppingAtFirst: false)
        var located = error
        located.position = reading.position(of: error.record, error.field)
        return located
    }
}
