extension Plan {
    /// The plan as a script of a POSIX shell: what an administrator would type, with the reasons as comments.
    ///
    /// It ends at the first command that fails; unlike this program it does not put back what was there.
    ///
    /// - Parameters:
    ///   - title: What the plan is for, for the first comment.
    ///   - places: Where things are on the host.
    /// - Returns: The script.
    public func shell(title: String, places: ShellPlaces = ShellPlaces()) -> String {
        var lines = [
            "#!/bin/sh",
            Self.comment("What `\(title)` would do, as commands. A failure ends it; nothing is put back."),
        ]
        lines += (remarks() + outageLines()).map(Self.comment)
        guard !steps.isEmpty else { return (lines + [Self.comment(Self.nothingToDo)]).map { "\($0)\n" }.joined() }
        if let name = optionLikeName {
            let message = "cannot be done by commands: they take \(name) for an option"
            lines.append("echo \(message.shellQuoted()) >&2; exit 1")
            return lines.map { "\($0)\n" }.joined()
        }
        lines += ["set -eu", "umask 022", "status=0"]
        if steps.contains(where: { if case .announce = $0.action { true } else { false } }) {
            lines.append(Action.announceFunction)
        }
        for step in steps {
            lines += ["", Self.comment(description(of: step))] + step.commands(places)
        }
        lines += ["", "exit \"$status\""]
        return lines.map { "\($0)\n" }.joined()
    }

    /// A device whose name begins like an option: what a shell quotes, a command reads all the same.
    private var optionLikeName: String? {
        steps.lazy.flatMap { step -> [String] in
            if case .changeVswitch(let changes) = step.action { return changes.map(\.name) }
            return step.action.device.map { [$0.text] } ?? []
        }.first { $0.hasPrefix("-") }
    }

    /// A comment is one line, whatever is in it: names and values come from outside.
    private static func comment(_ text: String) -> String { "# \(text.printable)" }
}

extension Plan {
    /// A step in one line: what is done, what was there before, and why.
    func description(of step: Step) -> String {
        let was = replaced(by: step).map { " (was \($0))" } ?? ""
        return "\(step.action.headline)\(was): \(step.reason)"
    }
}

extension Step {
    fileprivate func commands(_ places: ShellPlaces) -> [String] {
        let commands = action.commands(places)
        let failure = "failed: \(action.headline)".printable.shellQuoted()
        switch onFailure {
        case .rollBack: return commands
        case .warn: return ["{ \(commands.joined(separator: " && "));\n} || echo \(failure) >&2"]
        case .keepAndFail: return ["{ \(commands.joined(separator: " && "));\n} || { echo \(failure) >&2; status=1; }"]
        }
    }
}
