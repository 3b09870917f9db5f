extension Plan {
    /// The plan as text: an action a line with its reason; with `undo`, what takes it back indented below.
    public func text(undo: Bool = false) -> String {
        var lines = warnings.map { "warning: \($0)" } + notices.map { "note: \($0)" }
        if steps.isEmpty { lines.append("nothing to do: everything already is as it should be") }
        for step in steps {
            let action = step.action.lines
            lines.append("\(action[0])  # \(step.reason)")
            lines += action.dropFirst().map { "    \($0)" }
            guard undo else { continue }
            for action in step.undo.map(\.lines) {
                lines.append("    undo: \(action[0])")
                lines += action.dropFirst().map { "        \($0)" }
            }
        }
        return lines.map { "\($0)\n" }.joined()
    }
}
