/// A run of history that is taken back.
package struct UndoneRun: Equatable, Sendable {
    /// Its number in history.
    package var number: Int
    /// The command, in short: `up xenbr0`.
    package var title: String
    /// What it took back itself, by name; none where it was no undo.
    package var tookBack: [String]
    /// What it changed, in order.
    package var changes: [WayBack]

    /// Describes a run.
    package init(_ number: Int, _ title: String, _ changes: [WayBack], tookBack: [String] = []) {
        (self.number, self.title, self.changes, self.tookBack) = (number, title, changes, tookBack)
    }

    /// The run as messages name it.
    package var name: String { "run \(number) (`\(title)`)" }
}
