internal import NetConfigCore
package import NetConfigSystem
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// The records of the last runs that changed something: a file each, by number.
///
/// A run that writes one holds the host's lock. What is read may come from anywhere: a backup of another host, a later version.
package struct History: Sendable {
    /// Where the files are, below the root prefix.
    package static let directory = "/var/lib/interface-reconfigure/history"
    /// How many are kept.
    package static let count = 50
    /// What a file may have, in bytes.
    package static let sizeLimit = 16 << 20
    /// How many of the last runs tell how long an action takes.
    private static let sample = 10

    /// A record, or why it cannot be read.
    package struct Item: Sendable {
        /// The record's number: that of a later run is greater.
        package let number: Int
        /// The record, or why it cannot be read: a clause.
        package let record: Result<HistoryRecord, Unreadable>
    }

    /// Why a record cannot be read.
    package struct Unreadable: Error, Equatable, Sendable, CustomStringConvertible {
        /// A clause.
        package let description: String
    }

    private let root: RootPrefix

    /// The history of a host.
    package init(below root: RootPrefix) { self.root = root }

    // MARK: Writing

    /// Adds a record, and removes those that are too old.
    ///
    /// It is not waited for until the disk has it: that takes longer than all the rest, and a record that is lost with the
    /// power is no harm.
    ///
    /// - Returns: Its number.
    @discardableResult
    package func add(_ record: HistoryRecord) throws -> Int {
        let bytes = try Self.encode(record)
        guard bytes.count <= Self.sizeLimit else {
            throw FileError("write", Self.directory, .tooLarge(limit: Self.sizeLimit))
        }
        let directory = try root.ownFile(Self.directory + "/" + Self.name(of: 1)).removingLastComponent()
        let older = Self.numbers(in: directory)
        let number = (older.last ?? 0) + 1
        try AtomicFile(directory.appending(Self.name(of: number)).string).makeQuickly(bytes, mode: 0o600)
        for old in older.dropLast(Self.count - 1) { unsafe unlink(directory.appending(Self.name(of: old)).string) }
        return number
    }

    private static func encode(_ record: HistoryRecord) throws -> [UInt8] {
        let encoder = JSONEncoder()
        let texts = SharedTexts()
        if let key = SharedTexts.key { encoder.userInfo[key] = texts }
        return try [UInt8](encoder.encode(Stored(record: record, texts: texts)))
    }

    /// The same where that it fails must stop nothing.
    ///
    /// - Returns: What to say where it failed.
    func tryAdding(_ record: HistoryRecord) -> String? {
        do {
            try add(record)
            return nil
        } catch {
            return "this run is not in the history, so `undo` cannot take it back: \("\(error)".printable)"
        }
    }

    // MARK: Reading

    /// All records, the newest first; none where there is no history yet.
    package func items() throws(FileError) -> [Item] { try numbers().map(read) }

    /// The record of a number; `nil` where there is none.
    package func item(_ number: Int) throws(FileError) -> Item? {
        try numbers().contains(number) ? read(number) : nil
    }

    /// How long actions took in the last runs, by the kind of action, as `docs/plan.schema.json` calls it. What cannot be read
    /// tells nothing.
    package var durations: [String: [Duration]] {
        var found: [String: [Duration]] = [:]
        for number in ((try? numbers()) ?? []).prefix(Self.sample) {
            guard let timing = try? decode(Timing.self, number).get() else { continue }
            for entry in timing.actions where entry.outcome == .done {
                guard let action = entry.action, entry.microseconds >= 0 else { continue }
                found[action, default: []].append(.microseconds(entry.microseconds))
            }
        }
        return found
    }

    private func read(_ number: Int) -> Item { Item(number: number, record: decode(HistoryRecord.self, number)) }

    /// The numbers of the records, the last first.
    private func numbers() throws(FileError) -> [Int] {
        let directory = try root.resolve(Self.directory)
        let status: stat
        do throws(Errno) {
            status = try Descriptor(open: directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).status()
            // Root's is not to be read by others.
            guard status.st_uid != 0 || geteuid() == 0 else { throw .permissionDenied }
        } catch {
            if error == .noSuchFileOrDirectory { return [] }
            throw FileError("read", directory.string, .system(error))
        }
        guard status.st_uid == geteuid() else { throw FileError("read", directory.string, .foreign) }
        // They could give a record another number, or take one away.
        guard status.st_mode & 0o022 == 0 else { throw FileError("read", directory.string, .shared) }
        return Self.numbers(in: directory).reversed()
    }

    private func decode<Value: Decodable>(_ kind: Value.Type, _ number: Int) -> Result<Value, Unreadable> {
        do {
            let path = Self.directory + "/" + Self.name(of: number)
            let data = Data(try root.ownContents(path, limit: Self.sizeLimit))
            // One of another version need not have the members that are expected.
            let header = try JSONDecoder().decode(Header.self, from: data)
            guard header.format.isExactly(HistoryRecord.format) else {
                throw Unreadable(description: "it is no record of a run")
            }
            guard header.version == HistoryRecord.version else {
                throw Unreadable(
                    description: "it has version \(header.version) of the format, and only "
                        + "\(HistoryRecord.version) is known here")
            }
            let decoder = JSONDecoder()
            if let key = SharedTexts.key { decoder.userInfo[key] = SharedTexts(header.texts ?? []) }
            return .success(try decoder.decode(kind, from: data))
        } catch let error as Unreadable {
            return .failure(error)
        } catch let error as FileError {
            return .failure(Unreadable(description: "\(error)"))
        } catch let error as DecodingError {
            return .failure(Unreadable(description: "it is damaged: \(Self.reason(error))"))
        } catch {
            return .failure(Unreadable(description: "it is damaged: \(error)"))
        }
    }

    private struct Header: Decodable {
        var format: String
        var version: Int
        var texts: [String]?
    }

    /// A record with its long texts, which are known when all else is written.
    private struct Stored: Encodable {
        enum CodingKeys: CodingKey { case texts }

        let record: HistoryRecord
        let texts: SharedTexts

        func encode(to encoder: any Encoder) throws {
            try record.encode(to: encoder)
            var values = encoder.container(keyedBy: CodingKeys.self)
            if !texts.all.isEmpty { try values.encode(texts.all, forKey: .texts) }
        }
    }

    /// The part of a record that tells how long actions took.
    private struct Timing: Decodable {
        var actions: [HistoryRecord.Entry]
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let place): "\(path(place.codingPath))\(key.stringValue) is missing"
        case .typeMismatch(_, let place), .valueNotFound(_, let place), .dataCorrupted(let place):
            place.codingPath.isEmpty
                ? "it is no JSON"
                : "\(path(place.codingPath.dropLast()))"
                    + "\(place.codingPath.last?.stringValue ?? "") is not as expected"
        @unknown default: "it is no JSON"
        }
    }

    private static func path(_ keys: some Sequence<any CodingKey>) -> String {
        keys.map { "\($0.stringValue)." }.joined()
    }

    // MARK: Names

    private static func name(of number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits + ".json"
    }

    /// The numbers of the files in a directory, in order.
    private static func numbers(in directory: FilePath) -> [Int] {
        directoryEntries(directory.string).compactMap { name -> Int? in
            guard name.ends(with: ".json"), name.utf8.count <= 17, let number = Int(name.dropping(end: 5)),
                number > 0, Self.name(of: number).isExactly(name)
            else { return nil }
            return number
        }.sorted()
    }
}

extension String {
    /// All but the last bytes.
    fileprivate func dropping(end count: Int) -> Substring { Substring(self[...].utf8.dropLast(count)) }
}
