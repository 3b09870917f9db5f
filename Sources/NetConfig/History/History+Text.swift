internal import NetConfigCore
internal import NetConfigSystem

/// What `history` says.
extension History {
    /// Every run in a line, the newest first.
    ///
    /// - Parameters:
    ///   - items: The runs.
    ///   - waiting: The command of a change that waits to be confirmed: it is not in the history yet.
    /// - Returns: Lines.
    package static func text(_ items: [Item], waiting: String? = nil) -> String {
        let first = waiting.map { "\(Self.sentence(onWaiting: $0).printable)\n" } ?? ""
        guard !items.isEmpty else { return first + "no run that changed something is remembered in \(directory)\n" }
        return first + items.map { "\($0.line.printable)\n" }.joined()
    }

    /// What is said of a change that waits to be confirmed.
    static func sentence(onWaiting command: String) -> String {
        "the change by `\(command)` waits to be confirmed and is not in the history yet: "
            + "`interface-reconfigure confirm` keeps it, and otherwise it is put back"
    }

    /// The runs as JSON text, as `docs/history.schema.json` describes it.
    package static func json(_ items: [Item], waiting: String? = nil) -> String {
        JSON.object([
            "format": .string("interface-reconfigure history"),
            "version": .integer(1),
            "waiting": JSON(waiting),
            "runs": .array(items.map(\.json)),
        ]).text
    }
}

extension History.Item {
    /// All that is known of the run, line by line.
    package var text: String {
        let lines =
            switch record {
            case .success(let record): ["run \(number): \(record.caller.command)"] + record.lines
            case .failure(let error): ["run \(number) cannot be shown: \(error)"]
            }
        return lines.map { "\($0.printable)\n" }.joined()
    }

    fileprivate var line: String {
        switch record {
        case .success(let record): "\(aligned)  \(record.summary)"
        case .failure(let error): "\(aligned)  cannot be read: \(error)"
        }
    }

    private var aligned: String {
        let digits = String(number)
        return String(repeating: " ", count: max(0, 4 - digits.utf8.count)) + digits
    }

    fileprivate var json: JSON {
        var members: [String: JSON] = ["number": .integer(number)]
        switch record {
        case .success(let record): members.merge(record.members) { first, _ in first }
        case .failure(let error): members["unreadable"] = .string("\(error)")
        }
        return .object(members)
    }
}

extension HistoryRecord {
    fileprivate var summary: String {
        let count = warnings.isEmpty ? "" : ", \(Self.count(warnings.count, "warning"))"
        let what = "\(outcome.rawValue): \(Self.count(actions.count, "action"))\(count)"
        return "\(when)  \(what), \(Self.time(microseconds))  \(caller.command)"
    }

    fileprivate var lines: [String] {
        var who = caller.parent ?? "a process that was gone"
        if let user = caller.sudoUser { who += ", for \(user) (sudo)" }
        var lines = ["  began \(when), took \(Self.time(microseconds))", "  called by \(who)"]
        if let source {
            lines.append("  records from \(source.name)\(source.sha256.map { " (SHA-256 \($0))" } ?? "")")
        }
        if let tookBack, !tookBack.isEmpty {
            let numbers = tookBack.reversed().map(String.init).joined(separator: ", ")
            lines.append("  took back run\(tookBack.count == 1 ? "" : "s") \(numbers)")
        }
        lines.append("  outcome: \(outcome.rawValue)")
        lines += errors.map { "  error: \($0)" } + warnings.map { "  warning: \($0)" }
        return lines + actions.map { "  \($0.line)" }
    }

    private var when: String { localTime(time, "%Y-%m-%d %H:%M:%S") }

    fileprivate static func time(_ microseconds: Int) -> String { Duration.microseconds(microseconds).text }

    private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

extension HistoryRecord.Entry {
    fileprivate var line: String {
        let what =
            switch outcome {
            case .done: text
            case .failed: "failed: \(text)"
            case .putBack: "put back: \(text)"
            case .notPutBack: "could not be put back: \(text)"
            }
        return "\(what)\(cause.map { ": \($0)" } ?? "") (\(HistoryRecord.time(microseconds)))"
    }
}
