/// A long option as a well-formed command line has it: how it is spelled, and what of ``Options`` it sets. What it is for, and
/// what is said of a mistake, stands in ``Options``.
struct LongOption {
    /// The names, without their hyphens, that may be shortened.
    let names: [String]
    /// As `xe-reset-networking` spells it; not shortened.
    let foreignName: String?
    let takesValue: Bool
    /// Sets the option, to `nil` where it is not given. What a flag is set to does not matter.
    let set: @Sendable (inout Options, String?) -> Void

    /// All but `--version` and `--help`.
    static let all = [
        LongOption("force-interface", "force") { options, bridge in
            if let bridge { options.force.append(bridge) } else { options.force = [] }
        },
        LongOption("session") { $0.session = $1 },
        LongOption("pif") { $0.pif = $1 },
        LongOption("pif-uuid") { $0.pifUuid = $1 },
        LongOption(flag: "management") { $0.management = $1 },
        LongOption("device") { $0.device = $1 },
        LongOption("mac") { $0.mac = $1 },
        LongOption("mode") { $0.mode = $1 },
        LongOption("ip") { $0.ip = $1 },
        LongOption("netmask") { $0.netmask = $1 },
        LongOption("gateway") { $0.gateway = $1 },
        LongOption("dns") { $0.dns = $1 },
        LongOption("vlan") { $0.vlan = $1 },
        LongOption("ipv6-mode", foreign: "mode-v6") { $0.ipv6Mode = $1 },
        LongOption("ipv6") { $0.ipv6 = $1 },
        LongOption("ipv6-gateway", foreign: "gateway-v6") { $0.ipv6Gateway = $1 },
        LongOption("master") { $0.master = $1 },
        LongOption(flag: "despite-toolstack") { $0.despiteToolstack = $1 },
        LongOption("confirm") { $0.confirm = $1 },
        LongOption("check-gateway") { $0.checkGateway = $1 },
        LongOption(flag: "strict") { $0.strict = $1 },
        LongOption(flag: "take") { $0.take = $1 },
        LongOption("wait-for-cards") { $0.waitForCards = $1 },
        LongOption(flag: "live") { $0.live = $1 },
        LongOption(flag: "why") { $0.why = $1 },
        LongOption(flag: "dry-run") { $0.dryRun = $1 },
        LongOption("format") { $0.format = $1 },
        LongOption("report") { $0.report = $1 },
        LongOption("records", "cache") { $0.cache = $1 },
        LongOption("root-prefix") { $0.rootPrefix = $1 },
        LongOption("xapi-socket") { $0.xapiSocket = $1 },
        LongOption("xapi-timeout") { $0.xapiTimeout = $1 },
        LongOption("ovsdb") { $0.ovsdb = $1 },
        LongOption("datapath-type") { $0.datapathType = $1 },
        LongOption(flag: "no-syslog") { $0.noSyslog = $1 },
        LongOption(flag: "verbose") { $0.verbose = $1 },
    ]

    private init(
        _ names: String..., foreign: String? = nil, set: @escaping @Sendable (inout Options, String?) -> Void
    ) {
        (self.names, foreignName, takesValue, self.set) = (names, foreign, true, set)
    }

    private init(flag name: String, set: @escaping @Sendable (inout Options, Bool) -> Void) {
        (names, foreignName, takesValue) = ([name], nil, false)
        self.set = { set(&$0, $1 != nil) }
    }
}
