/// What records ask of a bond, before either datapath puts it into its own words.
struct BondOptions: Equatable, Sendable {
    /// Every option by its name with hyphens (`hashing-algorithm`, `use-carrier`), defaults included.
    private(set) var options: [String: Setting<String>]
    /// The record that the bond is described by, for warnings.
    let record: RecordName

    /// Resolves the options of a bond: defaults, overridden by `Bond.mode` and `Bond.properties`, overridden by the
    /// master PIF's `bond-*` keys.
    init(of bond: Bond, master: PIF) {
        record = master.name
        options = Self.defaults.mapValues { Setting($0, from: .standard) }
        if let mode = bond.mode, !mode.isEmpty {
            options["mode"] = Setting(mode, from: .record(bond.name, field: "mode"))
        }
        for (key, value) in bond.properties {
            let origin = Origin.record(bond.name, field: "properties:\(key)")
            options[Self.canonical(key)] = Setting(value, from: origin)
        }
        for (key, value) in master.otherConfig.entries where key.begins(with: "bond-") {
            let origin = Origin.record(record, field: "other_config:\(key)")
            options[Self.canonical(String(key.dropping(5)))] = Setting(value, from: origin)
        }
    }

    /// XenServer's defaults; delays in milliseconds.
    private static let defaults = [
        "mode": "balance-slb", "miimon": "100", "downdelay": "200", "updelay": "31000", "use-carrier": "1",
        "hashing-algorithm": "src_mac",
    ]

    /// `Bond.properties` writes underscores where `other_config` has hyphens.
    private static func canonical(_ key: String) -> String { key.substituting("_", with: "-") }

    /// An option's text, `nil` where no record sets it and it has no default.
    subscript(name: String) -> String? { options[name]?.value }

    /// An option that is a number of milliseconds; a bad one gives way to its default.
    func milliseconds(_ name: String, _ warnings: inout [Warning]) -> Int {
        let fallback = Self.defaults[name].flatMap { Int($0) } ?? 0
        guard let text = self[name] else { return fallback }
        if let number = Int(text), String(number) == text, (0...3_600_000).contains(number) { return number }
        warnings.append(
            skipped(name, "'\(text)' ignored: expected a number of milliseconds; using \(fallback)"))
        return fallback
    }

    private func skipped(_ name: String, _ message: String) -> Warning {
        Warning(record.title, "bond option \(name) \(message)", origin: options[name]?.origin)
    }

    /// Whether links are watched by their carrier and not by the card's registers.
    func usesCarrier(_ warnings: inout [Warning]) -> Bool {
        switch self["use-carrier"] {
        case "1", "true", "on": return true
        case "0", "false", "off": return false
        case let text:
            let message = "bond option use_carrier '\(text ?? "")' ignored: expected 0 or 1; using 1"
            warnings.append(Warning(record.title, message, origin: options["use-carrier"]?.origin))
            return true
        }
    }

    /// How often LACP partners are heard, `slow` or `fast`; `nil` where no record says.
    func lacpTime(_ warnings: inout [Warning]) -> String? {
        guard let text = self["lacp-time"] else { return nil }
        if text == "slow" || text == "fast" { return text }
        warnings.append(skipped("lacp-time", "'\(text)' ignored: expected slow or fast"))
        return nil
    }

    /// Which frames share a link: by source address, or by TCP and UDP ports.
    enum Hashing: Sendable {
        case sourceMAC, ports
    }

    /// The hashing algorithm; `standard` where it is an unknown one.
    func hashing(else standard: Hashing = .sourceMAC, _ warnings: inout [Warning]) -> Hashing {
        switch self["hashing-algorithm"] {
        case "src_mac": return .sourceMAC
        case "tcpudp_ports": return .ports
        case let text:
            let used = standard == .ports ? "tcpudp_ports" : "src_mac"
            let expected = "src_mac or tcpudp_ports; using \(used)"
            warnings.append(skipped("hashing-algorithm", "'\(text ?? "")' ignored: expected \(expected)"))
            return standard
        }
    }
}
