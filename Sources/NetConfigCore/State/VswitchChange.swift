/// A change to one row. Its inverse is the same with ``before`` and ``after`` exchanged.
package struct VswitchChange: Hashable, Sendable, Codable {
    /// The table.
    package var table: VswitchTable
    /// The row's name.
    package var name: String
    /// The row as it was read; `nil`: there was none, and it is inserted.
    package var before: VswitchRow?
    /// The row as it is to be; `nil`: it is deleted.
    package var after: VswitchRow?

    /// Creates a change.
    package init(_ table: VswitchTable, _ name: String, before: VswitchRow?, after: VswitchRow?) {
        self.table = table
        self.name = name
        self.before = before
        self.after = after
    }

    /// The change that takes this one back.
    package var inverse: VswitchChange { VswitchChange(table, name, before: after, after: before) }
}
