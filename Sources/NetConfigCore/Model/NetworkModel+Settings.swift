/// Settings that can come from several places, each resolved here. A bad value is ignored with a warning, and the next place is
/// used.
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
        guard let text = config[.mtu] else { return nil }
        guard let mtu = Int(text), String(mtu) == text, ValueRange.mtu.contains(mtu) else {
            warnings.append(
                Warning(record, OtherConfigKey.mtu.field, skipped: text, allowed: ValueRange.words(ValueRange.mtu)))
            return nil
        }
        return Setting(mtu, from: .record(record, field: OtherConfigKey.mtu.field))
    }

    /// The fail mode of the bridge that a PIF is on, `secure` or `standalone`: from the PIF whose bridge it is (as in
    /// xcp-networkd), else from its network, else from the pool. A VLAN's own setting does not count, because its bridge is a
    /// port of the one below.
    func failMode(ofBridgeOf pif: PIF) -> Setting<String> {
        let datapath = datapathPIF(of: pif)
        return failMode(of: datapath, network(of: datapath))
    }

    /// The fail mode of a bridge without a PIF of this host: a private network's, or one unknown to XAPI.
    func failMode(ofBridgeWithoutPIFs network: Network?) -> Setting<String> { failMode(of: nil, network) }

    private func failMode(of pif: PIF?, _ network: Network?) -> Setting<String> {
        let key = OtherConfigKey.failMode
        let places = [
            (pif?.name, pif?.otherConfig), (network?.name, network?.otherConfig), (pool?.name, pool?.otherConfig),
        ]
        for case (let record?, let config?) in places {
            if let mode = config[key], Self.isFailMode(mode) {
                return Setting(mode, from: .record(record, field: key.field))
            }
        }
        return Setting("standalone", from: .standard)
    }

    /// Whether a fail mode is one that Open vSwitch knows.
    static func isFailMode(_ text: String) -> Bool { text == "secure" || text == "standalone" }

    /// Whether the pool, a network or a PIF asks for bridges that forward nothing while their controller is away.
    package var namesSecureBridges: Bool {
        func isSecure(_ config: OtherConfig) -> Bool { config[.failMode] == "secure" }
        return pool.map { isSecure($0.otherConfig) } == true || networks.values.contains { isSecure($0.otherConfig) }
            || pifs.values.contains { isSecure($0.otherConfig) }
    }

    /// Whether a bridge disables in-band control. A value of `nil` means that no record sets it, so that the key is removed; no
    /// setting at all means that the record's value is invalid, so that the bridge is left unchanged.
    func disablesInBand(on network: Network?, _ warnings: inout [Warning]) -> Setting<Bool?>? {
        let key = OtherConfigKey.disableInBand
        guard let network, let text = network.otherConfig[key] else { return Setting(nil, from: .standard) }
        guard let flag = Bool(text) else {
            warnings.append(Warning(network.name, key.field, skipped: text, allowed: "true or false"))
            return nil
        }
        return Setting(flag, from: .record(network.name, field: key.field))
    }

    /// The MAC address of a PIF's datapath, `nil` where only the device itself can tell.
    func macAddress(of pif: PIF) -> MACAddress? {
        datapathPIF(of: pif).mac.flatMap { $0.isAssignable ? $0 : nil }
    }
}
