/// Settings that can come from several places, each resolved once. A bad value is skipped with a warning, and the next
/// place is asked.
extension NetworkModel {
    /// The MTU of a PIF's own device, in bytes: its `other_config:mtu`, else its network's `MTU`, else 1500.
    func mtu(ofDeviceOf pif: PIF, _ warnings: inout [Warning]) -> Setting<Int> {
        Self.mtu(in: pif.otherConfig, of: pif.name, &warnings) ?? mtu(of: network(of: pif))
    }

    /// The MTU of a PIF's bridge, in bytes: its network's `other_config:mtu`, else its `MTU`, else 1500.
    func mtu(ofBridgeOf pif: PIF, _ warnings: inout [Warning]) -> Setting<Int> {
        let network = network(of: pif)
        return network.flatMap { Self.mtu(in: $0.otherConfig, of: $0.name, &warnings) } ?? mtu(of: network)
    }

    private func mtu(of network: Network?) -> Setting<Int> {
        guard let network, let mtu = network.mtu else { return Setting(1500, from: .standard) }
        return Setting(mtu, from: .record(network.name, field: "MTU"))
    }

    private static func mtu(
        in config: OtherConfig, of record: RecordName, _ warnings: inout [Warning]
    ) -> Setting<Int>? {
        guard let text = config["mtu"] else { return nil }
        guard let mtu = Int(text), String(mtu) == text, (68...65535).contains(mtu) else {
            warnings.append(
                Warning(record, "other_config:mtu", skipped: text, allowed: "a number from 68 to 65535"))
            return nil
        }
        return Setting(mtu, from: .record(record, field: "other_config:mtu"))
    }

    /// What a bridge does while its controller is away, `secure` or `standalone`: the network's choice, else the pool's.
    func failMode(on network: Network?) -> Setting<String> {
        let key = "vswitch-controller-fail-mode"
        let places = [(network?.name, network?.otherConfig), (pool?.name, pool?.otherConfig)]
        for case (let record?, let config?) in places {
            if let mode = config[key], mode == "secure" || mode == "standalone" {
                return Setting(mode, from: .record(record, field: "other_config:\(key)"))
            }
        }
        return Setting("standalone", from: .standard)
    }

    /// Whether the pool, or a network that is known, wants bridges to forward nothing while their controller is away.
    var hasSecureBridges: Bool {
        failMode(on: nil).value == "secure" || networks.values.contains { failMode(on: $0).value == "secure" }
    }

    /// Whether a bridge refuses in-band control: a value of `nil` where nobody says, so that the bridge's key goes, and no
    /// setting where what is said makes no sense, so that it stays as it is.
    func disablesInBand(on network: Network?, _ warnings: inout [Warning]) -> Setting<Bool?>? {
        let key = "vswitch-disable-in-band"
        guard let network, let text = network.otherConfig[key] else { return Setting(nil, from: .standard) }
        guard let flag = Bool(text) else {
            warnings.append(Warning(network.name, "other_config:\(key)", skipped: text, allowed: "true or false"))
            return nil
        }
        return Setting(flag, from: .record(network.name, field: "other_config:\(key)"))
    }

    /// The MAC address of a PIF's datapath, `nil` where only the device itself can tell.
    func macAddress(of pif: PIF) -> MACAddress? {
        datapathPIF(of: pif).mac.flatMap { $0.isAssignable ? $0 : nil }
    }
}
