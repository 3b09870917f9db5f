internal import NetConfigCore

/// A long text that several inserted rows have in common, sent once: each row is inserted with a mark in its place, and one
/// further operation replaces all marks by the text.
///
/// A card's VLANs all carry the list of the card's networks: for 800 VLANs that would be 24 MB of one text.
struct SharedText: Equatable {
    private let table: VswitchTable
    private let column: String
    private let key: OVSDBValue
    private let text: String
    private var number = 0

    /// The texts that several of the inserted rows have under the same key of a map.
    static func among(_ changes: [VswitchChange]) -> [SharedText] {
        var found: [(text: SharedText, count: Int)] = []
        for change in changes where change.before == nil {
            for text in longTexts(of: change) {
                if let known = found.firstIndex(where: { $0.text == text }) {
                    found[known].count += 1
                } else {
                    found.append((text, 1))
                }
            }
        }
        var shared = found.filter { $0.count > 1 }.map(\.text)
        for index in shared.indices { shared[index].number = index }
        return shared
    }

    private static func longTexts(of change: VswitchChange) -> [SharedText] {
        (change.after?.columns ?? [:]).sorted { $0.key < $1.key }.flatMap { column, value -> [SharedText] in
            guard case .map(let entries) = value else { return [] }
            return entries.sorted { $0.key < $1.key }.compactMap { key, value in
                guard case .string(let text) = value, text.utf8.count >= SharedTexts.worthwhile else { return nil }
                return SharedText(table: change.table, column: column, key: key, text: text)
            }
        }
    }

    private init(table: VswitchTable, column: String, key: OVSDBValue, text: String) {
        self.table = table
        self.column = column
        self.key = key
        self.text = text
    }

    /// The key of the mark: one that nothing else has in this column.
    private var mark: OVSDBValue { .string("interface-reconfigure-shared-\(number)") }

    /// Puts the mark in place of the text where a row of a table has it.
    func mark(_ row: inout [String: OVSDBValue], of table: VswitchTable) {
        guard table == self.table, case .map(var entries)? = row[column], entries[key] == .string(text) else { return }
        entries[key] = nil
        entries[mark] = .string("")
        row[column] = .map(entries)
    }

    /// Puts the text in place of all marks.
    var operation: OVSDBOperation {
        .mutate(
            table.rawValue, where: [.column(column, includes: .map([mark: .string("")]))],
            mutations: [
                OVSDBMutation(column, .delete, .set([mark])),
                OVSDBMutation(column, .insert, .map([key: .string(text)])),
            ])
    }
}
