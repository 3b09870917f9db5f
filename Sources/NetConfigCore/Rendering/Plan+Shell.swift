extension Plan {
    /// The plan as a script of a POSIX shell: what an administrator would type, with the reasons as comments.
    ///
    /// It ends at the first command that fails; unlike this program it does not put back what was there.
    ///
    /// - Parameters:
    ///   - title: What the plan is for, for the first comment.
    ///   - places: Where things are on the host.
    /// - Returns: The script.
    package func shell(title: String, places: ShellPlaces = ShellPlaces()) -> String {
        var lines = [
            "#!/bin/sh",
            Self.comment(
                "The commands that `\(title)` would run. The first failure ends the script; nothing is put back."),
        ]
        lines += (remarks() + costLines()).map(Self.comment)
        guard !steps.isEmpty else { return (lines + [Self.comment(nothingToDo)]).map { "\($0)\n" }.joined() }
        if let obstacle {
            let message = "cannot be written as shell commands: \(obstacle)"
            lines.append("echo \(message.shellQuoted()) >&2; exit 1")
            return lines.map { "\($0)\n" }.joined()
        }
        lines += ["set -eu", "umask 022", "status=\(shortfalls.isEmpty ? 0 : 1)"]
        if steps.contains(where: { if case .announce = $0.action { true } else { false } }) {
            lines.append(Action.announceFunction)
        }
        for step in steps {
            let details = step.action.details.map { Self.comment("    \($0.text)") }
            lines += ["", Self.comment(description(of: step))] + details + step.commands(places)
        }
        lines += ["", "exit \"$status\""]
        return lines.map { "\($0)\n" }.joined()
    }

    /// What keeps the plan from being written as commands: a device whose name begins like an option, which a command would
    /// take it for however it is quoted, and rows that no plan for a PIF changes.
    private var obstacle: String? {
        for step in steps {
            var names = step.action.device.map { [$0.text] } ?? []
            if case .changeVswitch(let changes) = step.action {
                names += changes.map(\.name)
                if let other = changes.first(where: { !VswitchTable.switching.contains($0.table) }) {
                    return "no command changes table \(other.table.rawValue)"
                }
            }
            if let name = names.first(where: { $0.begins(with: "-") }) {
                return "the commands would read \(name) as an option"
            }
        }
        return nil
    }

    /// A comment is one line, whatever is in it: names and values come from outside.
    private static func comment(_ text: String) -> String { "# \(text.printable)" }
}

extension Plan {
    /// A step in one line: what is done, what was there before, and why.
    package func description(of step: Step) -> String {
        let was = replaced(by: step).map { " (was \($0))" } ?? ""
        return "\(step.action.headline)\(was): \(step.reason)"
    }
}

extension Step {
    fileprivate func commands(_ places: ShellPlaces) -> [String] {
        let commands = action.commands(places)
        let failure = "failed: \(action.headline)".printable.shellQuoted()
        let all = "{ \(commands.joined(separator: " && "));\n}"
        if onFailure.mayFail { return ["\(all) || echo \(failure) >&2"] }
        // No command tells a client that has no lease yet from one that cannot run.
        if case .startDHCP = action { return ["\(all) || { echo \(failure) >&2; status=1; }"] }
        return onFailure == .keep ? ["\(all) || { echo \(failure) >&2; status=1; }"] : commands
    }
}
