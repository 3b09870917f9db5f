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

    /// The formats of `check`.
    enum CheckFormat: String, CaseIterable {
        case text, json
    }

    /// The format of `check`.
    static func checkFormat(of options: Options) throws(UsageError) -> CheckFormat {
        try format(options, of: CheckFormat.allCases) ?? .text
    }

    /// Checks that the format is one that the action has.
    static func checkFormat(_ options: Options) throws(UsageError) {
        switch options.action {
        case "check": _ = try checkFormat(of: options)
        case "show": _ = try overviewFormat(options)
        default:
            if options.format != nil, !options.dryRun {
                throw UsageError("--format can only be used with --dry-run, show and check")
            }
            if options.live { throw UsageError("--live can only be used with show and check") }
            _ = try planFormat(options)
        }
        guard options.action != "show" else { return }
        if options.why { throw UsageError("--why can only be used with show") }
        if let bridge = options.bridge {
            throw UsageError("unexpected argument '\(bridge)': only show takes a bridge without an option")
        }
    }

    /// Whether it is there to change something, so that a person who asks for more words wants to watch it.
    func changesHost(_ options: Options) -> Bool {
        switch self {
        case .show, .check, .confirm: false
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
