/// The file that notes that a bridge became secure and its flows are still to be added. If a run is killed between the two, the
/// next run finds the note and adds the flows.
package enum PendingFlows {
    /// Where the note is: the bridge's name in a line.
    package static let file = "/run/interface-reconfigure/secure-mode-flows"

    /// Whether the file names a bridge.
    static func areNoted(of bridge: String, in state: ObservedState) -> Bool {
        state.files[file] == note(of: bridge)
    }

    /// The action that writes the file.
    static func noting(_ bridge: String, in state: ObservedState) -> (action: Action, reason: String) {
        let action = Action.replaceFile(file, before: state.files[file], after: note(of: bridge))
        return (action, "so that the next run adds the flows if this one is killed")
    }

    /// The action that removes the file; `nil` where there is none.
    static func forgetting(in state: ObservedState) -> (action: Action, reason: String)? {
        state.files[file].map { (.replaceFile(file, before: $0, after: nil), "the flows have been added") }
    }

    private static func note(of bridge: String) -> FileContents { FileContents("\(bridge)\n") }
}
