package import NetConfigCore

/// The minimal description of a host that has one management interface: what `--force BRIDGE rewrite` writes, without
/// XAPI, to get a host back onto the network.
package struct ManagementCache: Equatable, Sendable {
    /// The bridge that the address goes on.
    package var bridge: DeviceName
    /// The network card.
    package var device: DeviceName
    /// Its MAC address; `nil` for "as the device has it".
    package var mac: MACAddress?
    /// The 802.1Q tag of the management VLAN; `nil` for untagged.
    package var vlan: UInt16?
    /// IPv4 configuration.
    package var ipv4 = IPv4Configuration()
    /// IPv6 configuration.
    package var ipv6 = IPv6Configuration()
    /// DNS servers, in order.
    package var dns: [IPAddress] = []

    /// Describes an interface without addresses.
    package init(bridge: DeviceName, device: DeviceName, mac: MACAddress? = nil, vlan: UInt16? = nil) {
        self.bridge = bridge
        self.device = device
        self.mac = mac
        self.vlan = vlan
    }

    /// The records, with references and uuids made from names: the same description always gives the same model.
    ///
    /// Untagged, that is one PIF on one network. With a tag, the address is on a VLAN PIF, and the PIF under it is on
    /// a network of its own.
    package var model: NetworkModel {
        var model = NetworkModel()
        var management = pif(vlan.map { "\(device).\($0)Pif" } ?? "\(device)Pif", on: Self.managementNetwork)
        management.management = true
        management.vlan = vlan
        management.ipv4 = ipv4
        management.ipv6 = ipv6
        management.dns = dns
        management.primaryAddressType = ipv4.mode == .none && ipv6.mode != .none ? .v6 : .v4
        model.add(management, bridge: bridge, network: Self.managementNetwork)
        if let vlan {
            let underlying = pif("\(device)Pif", on: "\(device)Network")
            model.add(underlying, bridge: underlyingBridge, network: "\(device)Network")
            let name = "\(device).\(vlan)Vlan"
            let record = VLAN(ref: Ref(named: name), uuid: name, taggedPIF: underlying.ref, untaggedPIF: management.ref)
            model.vlans[record.ref] = record
        }
        model.completeInverses()
        return model
    }

    // Installers use the same names.
    private static let managementNetwork = "InitialManagementNetwork"

    private func pif(_ name: String, on network: String) -> PIF {
        var pif = PIF(ref: Ref(named: name), uuid: name, device: device, network: Ref(named: network))
        pif.mac = mac
        return pif
    }

    /// The bridge of the PIF under the VLAN: the name that XAPI would give it, or a free one where the management bridge
    /// has that.
    private var underlyingBridge: DeviceName? {
        [device.usualBridge, "xapi0", "xapi1"].lazy.compactMap { DeviceName($0) }.first { $0 != bridge }
    }
}

extension NetworkModel {
    fileprivate mutating func add(_ pif: PIF, bridge: DeviceName?, network name: String) {
        let network = Network(ref: pif.network, uuid: name, bridge: bridge)
        networks[network.ref] = network
        pifs[pif.ref] = pif
    }
}

extension DeviceName {
    /// The name that XAPI gives the bridge of a card.
    package var usualBridge: String { text.begins(with: "eth") ? "xenbr\(text.dropping(3))" : "br\(text)" }
}
