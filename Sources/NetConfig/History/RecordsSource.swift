internal import NetConfigCore
internal import NetConfigSystem

/// Where a run's records came from. What that is in detail is found out only for a run that is remembered.
enum RecordsSource {
    /// A file, which may be changed meanwhile.
    case file(FileIdentity)
    /// XAPI, or a caller with records of its own.
    case records(NetworkModel, of: String)

    /// As it is remembered.
    var record: HistoryRecord.Source {
        switch self {
        case .file(let file):
            HistoryRecord.Source(name: file.path, sha256: file.contents.map { SHA256.hexadecimal(of: $0) })
        case .records(let model, let name):
            HistoryRecord.Source(
                name: name, sha256: (try? CacheWriter.bytes(of: model)).map { SHA256.hexadecimal(of: $0) })
        }
    }
}
