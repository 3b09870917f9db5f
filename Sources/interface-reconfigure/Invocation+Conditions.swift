import NetConfig
import NetConfigCore

extension Invocation {
    /// What a change is kept on; `nil` where it is kept anyway.
    static func conditions(_ options: Options) throws(UsageError) -> KeepingConditions? {
        guard conditionOptions(options).contains(where: { $0.value != nil }) else { return nil }
        guard options.force.count <= 1 else {
            throw UsageError("--confirm and --check-gateway can be used with one bridge only")
        }
        let arguments =
            ["guard"] + (options.rootPrefix.map { ["--root-prefix", $0] } ?? [])
            + (options.noSyslog ? ["--no-syslog"] : [])
        return KeepingConditions(
            confirmation: try options.confirm.map { text throws(UsageError) in try seconds(text, of: "confirm") },
            gateway: try options.checkGateway.map { text throws(UsageError) in
                try seconds(text, of: "check-gateway")
            },
            guardedBy: .thisProgram(name: "interface-reconfigure", arguments: arguments))
    }

    /// The options that make conditions, with their values.
    static func conditionOptions(_ options: Options) -> [(name: String, value: String?)] {
        [("confirm", options.confirm), ("check-gateway", options.checkGateway)]
    }

    /// How long network cards are waited for.
    static func cardPatience(_ options: Options) throws(UsageError) -> Duration {
        guard let text = options.waitForCards else { return .zero }
        guard options.action == "up", !options.force.isEmpty else {
            throw UsageError("--wait-for-cards can only be used with --force BRIDGE up")
        }
        guard conditionOptions(options).allSatisfy({ $0.value == nil }) else {
            throw UsageError("--wait-for-cards cannot be combined with --confirm or --check-gateway")
        }
        return try seconds(text, of: "wait-for-cards")
    }

    /// A time that a run is to wait.
    static func seconds(_ text: String, of option: String) throws(UsageError) -> Duration {
        guard let seconds = Int(text), (1...3600).contains(seconds) else {
            throw UsageError("invalid --\(option) '\(text)': expected 1 to 3600 seconds")
        }
        return .seconds(seconds)
    }

    /// There is one change at most that an action such as `confirm` can be about.
    static func refuseRequest(_ options: Options, _ action: String) throws(UsageError) {
        try refuseSubject(options, action)
        guard !options.dryRun else { throw UsageError("--dry-run cannot be combined with \(action)") }
    }

    /// What an action is about that takes no PIF is known without options.
    static func refuseSubject(_ options: Options, _ action: String) throws(UsageError) {
        guard options.force.isEmpty, options.pif == nil, options.pifUuid == nil, !options.management else {
            throw UsageError("\(action) takes no PIF")
        }
        try refuseAddressOptions(options, because: "it can only be used with --force BRIDGE rewrite")
    }
}
