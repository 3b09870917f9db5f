extension NetworkModel {
    /// The settings of a PIF's own device. Cards have receive offloads off unless told otherwise, since a bridge forwards
    /// what they merge; so have all other devices the one that cannot be taken apart again (`lro`). As xcp-networkd has it,
    /// `properties:gro` counts for cards, bonds and VLANs.
    func ethtool(ofDeviceOf pif: PIF, _ warnings: inout [Warning]) -> EthtoolSettings {
        var settings = EthtoolSettings()
        if pif.tunnelAccessPIFOf.isEmpty {
            settings.offloads = [.lro: Setting(false, from: .standard)]
            if pif.vlan == nil, pif.bondMasterOf.isEmpty { settings.offloads[.gro] = Setting(false, from: .standard) }
            if let gro = pif.properties["gro"] {
                let origin = Origin.record(pif.name, field: "properties:gro")
                Self.flag(gro, origin, &warnings).map { settings.offloads[.gro] = Setting($0, from: origin) }
            }
        }
        Self.read(pif.otherConfig, of: pif.name, into: &settings, &warnings)
        return settings
    }

    /// The settings of a PIF's bridge: those of its network, and `lro` off.
    func ethtool(ofBridgeOf pif: PIF, _ warnings: inout [Warning]) -> EthtoolSettings {
        var settings = EthtoolSettings(offloads: [.lro: Setting(false, from: .standard)])
        if let network = network(of: pif) {
            Self.read(network.otherConfig, of: network.name, into: &settings, &warnings)
        }
        return settings
    }

    private static func read(
        _ config: OtherConfig, of record: RecordName, into settings: inout EthtoolSettings, _ warnings: inout [Warning]
    ) {
        func origin(_ key: OtherConfigKey) -> Origin { .record(record, field: key.field) }
        for offload in Offload.allCases {
            let key = OtherConfigKey.offload(offload)
            guard let text = config[key], let flag = flag(text, origin(key), &warnings) else { continue }
            settings.offloads[offload] = Setting(flag, from: origin(key))
        }
        if let text = config[.autonegotiation] {
            settings.link.autonegotiation = flag(text, origin(.autonegotiation), &warnings)
        }
        if let text = config[.speed] {
            settings.link.speed = Int(text).flatMap { $0 > 0 && $0 <= 10_000_000 && String($0) == text ? $0 : nil }
            if settings.link.speed == nil {
                warnings.append(bad(text, origin(.speed), allowed: "a number of Mbit/s"))
            }
        }
        if let text = config[.advertise] {
            // As ethtool(8) has it, a mask in hexadecimal, of up to 128 modes.
            settings.link.advertised = LinkSettings.modes(text)
            if settings.link.advertised == nil {
                let allowed = "a mask in hexadecimal, such as 0x020"
                warnings.append(bad(text, origin(.advertise), allowed: allowed))
            }
        }
        if let text = config[.duplex] {
            settings.link.duplex = LinkSettings.Duplex(rawValue: text)
            if settings.link.duplex == nil {
                warnings.append(bad(text, origin(.duplex), allowed: "half or full"))
            }
        }
    }

    private static func flag(_ text: String, _ origin: Origin, _ warnings: inout [Warning]) -> Bool? {
        switch text {
        case "on", "true": return true
        case "off", "false": return false
        default:
            warnings.append(bad(text, origin, allowed: "on, true, off or false"))
            return nil
        }
    }

    private static func bad(_ text: String, _ origin: Origin, allowed: String) -> Warning {
        guard case .record(let record, let field) = origin else { return Warning("\(origin)", "'\(text)' ignored") }
        return Warning(record, field, skipped: text, allowed: allowed)
    }
}
