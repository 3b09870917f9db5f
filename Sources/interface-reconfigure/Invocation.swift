import NetConfig
import NetConfigCore
import NetConfigSystem

/// What a command line asks for, after all its options have been checked against each other.
enum Invocation {
    /// Attach or detach a PIF; where there are conditions, the change is kept on these only.
    case change(Verb, Subject, KeepingConditions?)
    /// Write a new minimal cache for one management interface.
    case rewriteCache(ManagementCache)
    /// Make the management network anew, now, for XAPI to take over; where there are conditions, it is kept on these only.
    case reset(ManagementReset, KeepingConditions?)
    /// Write the cache from live XAPI data.
    case rewriteFromXAPI(XAPIAccess)
    /// Keep the change that waits to be confirmed.
    case confirm
    /// Watch over a change: what this program starts by itself.
    case guardChange
    /// Look for all that is wrong with the cache, or with live XAPI data.
    case check(XAPIAccess?)
    /// Show what is configured beside what is there, of one bridge or of all.
    case show(String?, XAPIAccess?)
    /// Show what the last runs have changed, or one of them.
    case history(Int?)
    /// Take a run back, and all later ones, or the last one; where there are conditions, the change is kept on these only.
    case undo(Int?, KeepingConditions?)

    /// Reads the options.
    init(_ options: Options) throws(UsageError) {
        guard let action = options.action else {
            throw UsageError("missing action: expected up, down, rewrite, reset, undo, confirm, show, check or history")
        }
        try Self.checkExclusions(options)
        switch action {
        case "up", "down":
            try Self.refuseAddressOptions(options, because: "\(action) takes its addresses from the records")
            guard let verb = Verb(rawValue: action) else { throw UsageError("unknown action '\(action)'") }
            self = .change(verb, try Self.subject(options, action), try Self.conditions(options))
        case "rewrite", "rewrite-configuration":
            guard options.pif == nil, options.pifUuid == nil else { throw UsageError("rewrite takes no PIF") }
            guard !options.management else { throw UsageError("--management cannot be combined with rewrite") }
            guard let bridge = options.force.first else {
                try Self.refuseAddressOptions(options, because: "it can only be used with --force BRIDGE rewrite")
                self = .rewriteFromXAPI(try Self.access(options))
                return
            }
            guard options.force.count == 1 else { throw UsageError("rewrite takes one --force BRIDGE") }
            self = .rewriteCache(try Self.managementCache(bridge, options))
        case "reset":
            self = .reset(try Self.reset(options), try Self.conditions(options))
        case "confirm", "guard":
            try Self.refuseRequest(options, action)
            self = action == "confirm" ? .confirm : .guardChange
        case "show":
            try Self.refuseChanges(options, action)
            self = .show(options.operand, options.live ? try Self.access(options) : nil)
        case "check":
            try Self.refuseChanges(options, action)
            self = .check(options.live ? try Self.access(options) : nil)
        case "history":
            try Self.refuseChanges(options, action)
            self = .history(try Self.run(options))
        case "undo":
            try Self.refuseSubject(options, action)
            self = .undo(try Self.run(options), try Self.conditions(options))
        default:
            throw UsageError(
                "unknown action '\(action)': expected up, down, rewrite, reset, undo, confirm, show, check or history")
        }
    }

    private static func subject(_ options: Options, _ action: String) throws(UsageError) -> Subject {
        if !options.force.isEmpty { return .bridges(options.force) }
        if let reference = options.pif { return .live(.reference(reference), try access(options)) }
        if let uuid = options.pifUuid { return .live(.uuid(uuid), try access(options)) }
        throw UsageError("missing PIF: \(action) needs --force BRIDGE, --session and --pif, or --pif-uuid")
    }

    private static func access(_ options: Options) throws(UsageError) -> XAPIAccess {
        var access = XAPIAccess(session: options.session)
        if let text = options.xapiTimeout {
            access.timeout = try seconds(text, of: "xapi-timeout")
        }
        return access
    }

    private static func checkExclusions(_ options: Options) throws(UsageError) {
        if (options.session == nil) != (options.pif == nil) {
            throw UsageError("--session and --pif must be used together")
        }
        if options.pif != nil, options.pifUuid != nil { throw UsageError("--pif and --pif-uuid cannot be combined") }
        if !options.force.isEmpty, options.pif != nil || options.pifUuid != nil {
            throw UsageError("--force cannot be combined with --pif or --pif-uuid")
        }
        try checkFormat(options)
        _ = try cardPatience(options)
        let limited =
            conditionOptions(options).map { ($0.name, $0.value != nil, ["up", "reset", "undo"]) } + [
                ("strict", options.strict, ["up", "down", "reset", "undo"]),
                ("master", options.master != nil, ["reset"]),
                ("despite-toolstack", options.despiteToolstack, ["reset"]), ("take", options.take, ["up", "reset"]),
            ]
        for (name, isGiven, actions) in limited where isGiven && !actions.contains(options.action ?? "") {
            let others = actions.dropLast().joined(separator: ", ")
            throw UsageError(
                "--\(name) can only be used with \(others.isEmpty ? "" : others + " and ")\(actions.last ?? "")")
        }
        if let type = options.datapathType, DatapathType(rawValue: type) == nil {
            throw UsageError("unknown datapath type '\(type)': expected system or netdev")
        }
        let paths = [
            ("root-prefix", options.rootPrefix), ("cache", options.cache), ("ovsdb", options.ovsdb),
            ("xapi-socket", options.xapiSocket),
        ]
        // PATH_MAX of the kernel, its NUL counted.
        if let (name, _) = paths.first(where: { ($0.1?.utf8.count ?? 0) > 4095 }) {
            throw UsageError("--\(name) is too long for a path: it has more than 4095 bytes")
        }
    }

    static func refuseAddressOptions(_ options: Options, because reason: String) throws(UsageError) {
        let given: [(String, String?)] = [
            ("device", options.device), ("mac", options.mac), ("mode", options.mode), ("ip", options.ip),
            ("netmask", options.netmask), ("gateway", options.gateway), ("dns", options.dns), ("vlan", options.vlan),
            ("ipv6-mode", options.ipv6Mode), ("ipv6", options.ipv6), ("ipv6-gateway", options.ipv6Gateway),
        ]
        if let first = given.first(where: { $0.1 != nil }) {
            throw UsageError("--\(first.0) cannot be used here: \(reason)")
        }
    }
}
