import NetConfigCore

/// What goes with actions that only look.
extension Invocation {
    /// The format of a dry run.
    static func planFormat(_ options: Options) throws(UsageError) -> PlanFormat {
        try format(options, of: PlanFormat.allCases) ?? .text
    }

    /// The format of `show`.
    static func overviewFormat(_ options: Options) throws(UsageError) -> OverviewFormat {
        try format(options, of: OverviewFormat.allCases) ?? .text
    }

    /// The formats of `check` and `history`.
    enum CheckFormat: String, CaseIterable {
        case text, json
    }

    /// The format of `check` or `history`.
    static func checkFormat(of options: Options) throws(UsageError) -> CheckFormat {
        try format(options, of: CheckFormat.allCases) ?? .text
    }

    /// Checks that the format is one that the action has.
    static func checkFormat(_ options: Options) throws(UsageError) {
        switch options.action {
        case "check": _ = try checkFormat(of: options)
        case "show": _ = try overviewFormat(options)
        case "history":
            _ = try checkFormat(of: options)
            if options.live { throw UsageError("--live can only be used with show and check") }
        default:
            if options.format != nil, !options.dryRun {
                throw UsageError("--format can only be used with --dry-run, show, check and history")
            }
            if options.live { throw UsageError("--live can only be used with show and check") }
            _ = try planFormat(options)
        }
        try checkReport(options)
        guard options.action != "show" else { return }
        if options.why { throw UsageError("--why can only be used with show") }
        guard options.action != "history", options.action != "undo" else { return }
        if let operand = options.operand {
            throw UsageError("unexpected argument '\(operand)': only show takes a bridge without an option")
        }
    }

    /// Checks that a report is asked for of what has one, in a format that it has.
    private static func checkReport(_ options: Options) throws(UsageError) {
        guard let report = options.report else { return }
        guard reported.contains(options.action ?? "") else {
            throw UsageError("--report can only be used with up, down, rewrite, reset and undo")
        }
        guard !options.dryRun else {
            throw UsageError("--report cannot be combined with --dry-run: use --format=json")
        }
        guard report == "json" else { throw UsageError("unknown format '\(report)' of --report: expected json") }
    }

    /// The actions that have a report.
    private static var reported: Set<String> { ["up", "down", "rewrite", "rewrite-configuration", "reset", "undo"] }

    /// The run that `history` is to show, or `undo` to take back; `nil` for all, or the last one.
    static func run(_ options: Options) throws(UsageError) -> Int? {
        guard let text = options.operand else { return nil }
        guard let number = Int(text), number > 0 else {
            throw UsageError("'\(text)' is no number of a run: see `interface-reconfigure history`")
        }
        return number
    }

    /// Whether it is there to change something, so that a person who asks for more words wants to watch it.
    func changesHost(_ options: Options) -> Bool {
        switch self {
        case .show, .check, .confirm, .history: false
        default: !options.dryRun
        }
    }

    /// Refuses options that are only valid for actions that change something.
    static func refuseChanges(_ options: Options, _ action: String) throws(UsageError) {
        try refuseAddressOptions(options, because: "it can only be used with --force BRIDGE rewrite")
        let given = [
            ("dry-run", options.dryRun), ("management", options.management), ("force", !options.force.isEmpty),
            ("pif", options.pif != nil), ("pif-uuid", options.pifUuid != nil),
        ]
        if let first = given.first(where: \.1) {
            throw UsageError("--\(first.0) cannot be used here: \(action) changes nothing")
        }
    }

    private static func format<Format: RawRepresentable<String>>(
        _ options: Options, of formats: [Format]
    ) throws(UsageError) -> Format? {
        guard let text = options.format else { return nil }
        guard let format = Format(rawValue: text) else {
            let names = formats.map(\.rawValue)
            let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            throw UsageError("unknown format '\(text)': expected \(list)")
        }
        return format
    }
}
