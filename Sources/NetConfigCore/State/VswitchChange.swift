/// A change to one row. Its inverse is the same with ``before`` and ``after`` exchanged.
public struct VswitchChange: Equatable, Sendable, Codable {
    /// The table.
    public var table: VswitchTable
    /// The row's name.
    public var name: String
    /// The row as it was read; `nil`: there was none, and it is inserted.
    public var before: VswitchRow?
    /// The row as it is to be; `nil`: it is deleted.
    public var after: VswitchRow?

    /// Creates a change.
    public init(_ table: VswitchTable, _ name: String, before: VswitchRow?, after: VswitchRow?) {
        self.table = table
        self.name = name
        self.before = before
        self.after = after
    }

    /// The change that takes this one back.
    public var inverse: VswitchChange { VswitchChange(table, name, before: after, after: before) }
}
