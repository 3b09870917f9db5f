extension Plan {
    /// The plan as text: an action a line with its reason; with `undo`, what takes it back indented below.
    public func text(undo: Bool = false) -> String {
        var lines = warnings.map { "warning: \($0)" } + notices.map { "note: \($0)" }
        if steps.isEmpty { lines.append("nothing to do: everything already is as it should be") }
        for step in steps {
            lines.append("\(step.action)  # \(step.reason)")
            if undo { lines += step.undo.map { "    undo: \($0)" } }
        }
        return lines.map { "\($0)\n" }.joined()
    }
}
