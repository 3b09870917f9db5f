extension Plan {
    /// The plan as text: a line for each step, with its reason.
    ///
    /// - Parameter undo: Whether what takes an action back stands indented below it.
    /// - Returns: Lines.
    public func text(undo: Bool = false) -> String { text(undo: undo, paint: Paint()) }

    /// The plan as text: an action a line with what was there before and its reason, and at the end what it interrupts.
    ///
    /// - Parameters:
    ///   - undo: Whether what takes an action back stands indented below it.
    ///   - paint: Colours, for a terminal.
    /// - Returns: Lines.
    package func text(undo: Bool = false, paint: Paint) -> String {
        var lines = remarks(paint)
        guard !steps.isEmpty else { return (lines + [nothingToDo]).map { "\($0)\n" }.joined() }
        for step in steps {
            lines.append(firstLine(of: step, paint))
            lines += step.action.details.map { "    \(paint($0.text.printable, $0.meaning))" }
            guard undo else { continue }
            for action in step.undo {
                // Of a file it is enough to say that it comes back.
                let action = action.isAboutFile ? [action.description] : action.lines.map(\.printable)
                lines.append("    undo: \(action[0])")
                lines += action.dropFirst().map { "        \($0)" }
            }
        }
        lines += lossLines.map { paint($0, .bad) } + costLines(paint)
        return lines.map { "\($0)\n" }.joined()
    }

    private func firstLine(of step: Step, _ paint: Paint) -> String {
        paint(step.action.firstLine.printable, step.action.meaning) + (replaced(by: step).map { " (was \($0))" } ?? "")
            + paint("  # \(step.reason.printable)\(mayFail(step) ? " (may fail)" : "")", .faint)
    }

    private func mayFail(_ step: Step) -> Bool { !isStrict && step.onFailure.mayFail }

    /// What a step replaces of what was there when the plan was made.
    func replaced(by step: Step) -> String? {
        guard let device = step.action.device, start.links[device] != nil else { return nil }
        return step.replaced
    }

    /// What a plan without steps says.
    package var nothingToDo: String {
        isUndo ? "nothing to do: nothing is left to take back" : "nothing to do: everything is configured already"
    }

    /// Errors, warnings and notices, a line each.
    func remarks(_ paint: Paint = Paint()) -> [String] {
        shortfalls.map { paint("error:", .bad) + " \("\($0)".printable)" }
            + warnings.map { paint("warning:", .warning) + " \("\($0)".printable)" }
            + notices.map { "note: \($0.printable)" }
    }

    /// What is lost for good, a line each.
    package var lossLines: [String] { losses.map { "lost for good: \("\($0)".printable)" } }
}

extension Action {
    fileprivate var isAboutFile: Bool {
        switch self {
        case .replaceFile, .moveFile: true
        default: false
        }
    }
}
