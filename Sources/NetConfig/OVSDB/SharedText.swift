/// A long text that several rows which a transaction inserts have in common, and that it therefore sends once: each is
/// inserted with a mark in its place, and one operation exchanges all marks for the text.
///
/// A card's VLANs all carry the list of the card's networks: for 800 VLANs that would be 24 MB of one text.
struct SharedText: Equatable {
    /// The length from which on a text is worth an operation, in bytes.
    private static let worthwhile = 1000

    private let table: VswitchTable
    private let column: String
    private let key: OVSDBValue
    private let text: String
    /// The key of the mark: one that nobody else has in this column.
    private let mark: OVSDBValue

    /// The texts that several of the inserted rows have under the same key of a map.
    static func among(_ changes: [VswitchChange]) -> [SharedText] {
        var found: [(text: SharedText, count: Int)] = []
        for change in changes where change.before == nil {
            for case (let column, .map(let entries)) in change.after?.columns ?? [:] {
                for case (let key, .string(let text)) in entries where text.utf8.count >= worthwhile {
                    if let known = found.firstIndex(where: {
                        $0.text.is(text, under: key, of: column, in: change.table)
                    }) {
                        found[known].count += 1
                    } else {
                        let mark = OVSDBValue.string("interface-reconfigure-shared-\(found.count)")
                        found.append((SharedText(change.table, column, key, text, mark: mark), 1))
                    }
                }
            }
        }
        return found.filter { $0.count > 1 }.map(\.text)
    }

    private init(_ table: VswitchTable, _ column: String, _ key: OVSDBValue, _ text: String, mark: OVSDBValue) {
        self.table = table
        self.column = column
        self.key = key
        self.text = text
        self.mark = mark
    }

    private func `is`(_ text: String, under key: OVSDBValue, of column: String, in table: VswitchTable) -> Bool {
        table == self.table && column == self.column && key == self.key && text == self.text
    }

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
