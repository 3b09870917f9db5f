/// Long options may be shortened to any prefix that fits one option only, as with GNU `getopt_long`; callers of the
/// original rely on it.
enum OptionPrefixes {
    /// Every long option, without its hyphens.
    static let names = [
        "force-interface", "force", "session", "pif", "pif-uuid", "management", "device", "mac", "mode", "ip",
        "netmask",
        "gateway", "dns", "vlan", "ipv6-mode", "ipv6", "ipv6-gateway", "dry-run", "format", "cache", "records",
        "root-prefix",
        "xapi-socket", "xapi-timeout", "ovsdb", "datapath-type", "confirm", "check-gateway", "strict", "take",
        "wait-for-cards", "no-syslog",
        "verbose", "master", "despite-toolstack",
        "live", "why", "report", "version", "help",
    ]

    /// Other spellings of options, as `xe-reset-networking` has them; they are not shortened.
    private static let others = ["mode-v6", "gateway-v6"]

    /// The arguments with every shortened option written out.
    static func expand(_ arguments: [String]) throws(UsageError) -> [String] {
        var expanded: [String] = []
        let isReset = Self.isReset(arguments)
        for (index, argument) in arguments.enumerated() {
            guard argument.utf8.starts(with: "--".utf8), argument != "--" else {
                expanded.append(argument)
                // All after `--` are no options.
                if argument == "--" { return expanded + arguments[(index + 1)...] }
                continue
            }
            let parts = argument.utf8.dropFirst(2).split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
            ).map { String(Substring($0)) }
            let name = parts == ["force"] && isReset ? "despite-toolstack" : try fullName(parts[0])
            // `--gateway=` has a value, which is empty; the parser takes that only apart from its option.
            let isEmpty = parts.count == 2 && parts[1].isEmpty
            expanded += isEmpty ? ["--\(name)", ""] : ["--" + ([name] + parts.dropFirst()).joined(separator: "=")]
        }
        return expanded
    }

    /// Whether the action is `reset`, which takes no bridge, so that its `--force` has no value.
    private static func isReset(_ arguments: [String]) -> Bool {
        arguments.indices.contains { index in
            arguments[index] == "reset"
                && !(index > 0 && ["--force", "--force-interface"].contains(arguments[index - 1]))
        }
    }

    private static func fullName(_ name: String) throws(UsageError) -> String {
        if names.contains(name) || others.contains(name) { return name }
        let fitting = names.filter { $0.utf8.starts(with: name.utf8) }
        // `--force` is a whole option and a prefix of the other spelling of itself.
        let distinct = Set(fitting.map { $0 == "force" ? "force-interface" : $0 })
        guard let only = distinct.first else { return name }
        guard distinct.count == 1 else {
            throw UsageError(
                "option --\(name) is ambiguous: it could be \(fitting.map { "--\($0)" }.joined(separator: ", "))")
        }
        return only
    }
}
