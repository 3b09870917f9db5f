internal import NetConfigCore
internal import NetConfigSystem

/// The runs of the history that are to be taken back.
struct UndoSelection {
    /// The runs, oldest first; none where there is nothing in the history.
    private(set) var runs: [UndoneRun] = []
    /// Records that cannot be read.
    private(set) var warnings: [Warning] = []

    /// What has to be looked at.
    var scope: ObservationScope { ObservationScope(takingBack: runs.flatMap(\.changes)) }

    /// Chooses a run, and all later ones.
    ///
    /// - Parameters:
    ///   - number: The run; `nil` for the last one.
    ///   - history: The history.
    /// - Throws: `RunFailure` where the run cannot be taken back, with what can; `FileError`.
    init(_ number: Int?, in history: History) throws {
        let items = try history.items()
        guard let last = items.first else {
            guard let number else { return }
            throw RunFailure(.refused, "nothing was changed: run \(number) is not in the history, which is empty")
        }
        let number = number ?? last.number
        let readable = items.filter { (try? $0.record.get()) != nil }.map(\.number)
        guard let chosen = items.first(where: { $0.number == number }) else {
            throw RunFailure(
                .refused, "nothing was changed: run \(number) is not in the history; \(Self.choice(readable))")
        }
        if case .failure(let reason) = chosen.record {
            throw RunFailure(
                .refused,
                "nothing was changed: the record of run \(number) cannot be used: \(reason); \(Self.choice(readable))"
                    .printable)
        }
        for item in items.reversed() where item.number >= number {
            switch item.record {
            case .success(let record):
                let again = (record.tookBack ?? []).reversed().map { Self.name(of: $0, in: items) }
                runs.append(UndoneRun(item.number, record.shortCommand, record.changes, tookBack: again))
            case .failure(let reason):
                let message = "cannot be used: \(reason); what it changed counts as changed by others"
                warnings.append(Warning("the record of run \(item.number)", message).asRemark)
            }
        }
        tellOfRecords(before: number, items)
    }

    /// Says of a run before the chosen one that wrote the records these were made from: alone it changes nothing, and is easily
    /// forgotten.
    private mutating func tellOfRecords(before number: Int, _ items: [History.Item]) {
        guard let item = items.first(where: { $0.number < number }), let record = try? item.record.get(),
            let path = record.changes.flatMap(\.recordsOnly).first
        else { return }
        let run = UndoneRun(item.number, record.shortCommand, []).name
        warnings.append(
            Warning(
                path,
                "stays as \(run) has written it, and the next `up` and the next start of the host follow it; "
                    + "`interface-reconfigure undo \(item.number)` takes that back, too"
            ).asRemark)
    }

    /// A run as messages name it, with its command where it is remembered.
    private static func name(of number: Int, in items: [History.Item]) -> String {
        guard let item = items.first(where: { $0.number == number }), let record = try? item.record.get() else {
            return "run \(number)"
        }
        return UndoneRun(number, record.shortCommand, []).name
    }

    /// What can be taken back instead.
    private static func choice(_ numbers: [Int]) -> String {
        guard let last = numbers.first else { return "no run can be taken back" }
        let more = numbers.dropFirst().prefix(4).map { ", \($0)" }.joined()
        return "`undo \(last)` can be had\(more.isEmpty ? "" : ", or one of\(more.dropFirst())")"
            + (numbers.count > 5 ? ", or an earlier one" : "")
    }

    /// What to say where there is no run to take back.
    static var nothing: String {
        "there is nothing to undo: no run is in the history (\(History.directory))"
    }
}

extension HistoryRecord {
    /// Options that no value follows.
    private static var flags: [String] {
        ["--management", "--despite-toolstack", "--strict", "--take", "--live", "--why", "--dry-run"]
    }

    /// Options that say where things are and how to tell, with whether a value follows.
    private static var places: [String: Bool] {
        [
            "--root-prefix": true, "--ovsdb": true, "--xapi-socket": true, "--datapath-type": true,
            "--no-syslog": false,
            "--verbose": false, "-v": false, "--report": true, "--session": true,
        ]
    }

    /// The command as one says it: the action first, then what it is about, and what else was asked for.
    fileprivate var shortCommand: String {
        var words = caller.command.pieces(between: " ").dropFirst().map(String.init)[...]
        var (names, options): ([String], [String]) = ([], [])
        while let word = words.popFirst() {
            let parts = word.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1).map { String(Substring($0)) }
            let name = parts.first ?? ""
            if let takesValue = Self.places[name] {
                if takesValue, parts.count == 1 { _ = words.popFirst() }
            } else if name.isExactly("--force") || name.isExactly("--force-interface") {
                if let bridge = parts.count == 2 ? parts[1] : words.popFirst() { names.append(bridge) }
            } else if word.begins(with: "-") {
                // Options can be shortened.
                let isFlag = parts.count == 2 || Self.flags.contains { $0.begins(with: name) }
                let value = isFlag || words.first?.begins(with: "-") != false ? nil : words.popFirst()
                options.append(([word] + [value].compactMap(\.self)).joined(separator: " "))
            } else {
                // The action, or the number of a run.
                names.insert(word, at: Int(word) == nil ? 0 : names.count)
            }
        }
        var text = names.joined(separator: " ")
        for option in options {
            guard text.utf8.count + option.utf8.count < 50 else {
                text += " …"
                break
            }
            text += " " + option
        }
        return text.isEmpty ? "a run" : text.printable.cut(at: 80)
    }
}
