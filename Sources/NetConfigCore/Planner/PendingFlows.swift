/// The note that a bridge has become secure and its flows are still to be added: a run that is killed between the change
/// of the rows and that of the flows is finished by the next one.
package enum PendingFlows {
    /// Where the note is: the bridge's name in a line.
    package static let file = "/run/interface-reconfigure/secure-mode-flows"

    /// Whether the note is about a bridge.
    static func areNoted(of bridge: String, in state: ObservedState) -> Bool {
        state.files[file] == note(of: bridge)
    }

    /// Writes the note.
    static func noting(_ bridge: String, in state: ObservedState) -> (action: Action, reason: String) {
        let action = Action.replaceFile(file, before: state.files[file], after: note(of: bridge))
        return (action, "so that the next run adds the flows if this one is killed")
    }

    /// Takes the note away; `nil` where there is none.
    static func forgetting(in state: ObservedState) -> (action: Action, reason: String)? {
        state.files[file].map { (.replaceFile(file, before: $0, after: nil), "the flows have been added") }
    }

    private static func note(of bridge: String) -> FileContents { FileContents("\(bridge)\n") }
}
