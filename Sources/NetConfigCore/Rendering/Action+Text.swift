extension Action: CustomStringConvertible {
    /// The action in the operator's language, most often the words of the command that does the same.
    package var description: String {
        switch self {
        case .createLink(let name, let kind, let mac):
            "create \(kind.text(named: name))\(mac.map { " address \($0)" } ?? "")"
        case .deleteLink(let name): "delete link \(name)"
        case .setUp(let name): "set \(name) up"
        case .setDown(let name): "set \(name) down"
        case .setMaster(let name, let master?): "set \(name) master \(master)"
        case .setMaster(let name, nil): "set \(name) nomaster"
        case .setMAC(let name, let mac): "set \(name) address \(mac)"
        case .setMTU(let name, let mtu): "set \(name) mtu \(mtu)"
        case .setBridgeAttributes(let name, let attributes): "set bridge \(name) \(attributes.text)"
        case .setBondMode(let name, let mode): "set bond \(name) mode \(mode)"
        case .setBondAttributes(let name, let attributes): "set bond \(name) \(attributes.text)"
        case .setOffload(let name, let offload, let isOn): "set \(name) offload \(offload) \(isOn ? "on" : "off")"
        case .setFlag(let name, .ownAddress, let isOn):
            "send frames for the address of its bridge to \(isOn ? "\(name)" : "the host, not to \(name)")"
        case .setFlag(let name, let flag, let isOn): "set \(name) \(flag) \(isOn ? "on" : "off")"
        case .setLinkSettings(let name, let settings): "set \(name) link \(settings.text)"
        case .setIPv6(let name, let settings):
            "set \(name) ipv6 \(settings.text)"
        case .addAddress(let name, let address): "add address \(address.prefix) to \(name)\(address.timeText)"
        case .removeAddress(let name, let address): "remove address \(address.prefix) from \(name)"
        case .addRoute(let name, let route): "add route \(route.text(on: name))"
        case .removeRoute(let name, let route): "remove route \(route.text(on: name))"
        case .changeVswitch(let changes):
            "change Open vSwitch: " + changes.map(\.text).joined(separator: "; ")
        case .addFlows(let bridge, [.normal]): "add the flow to \(bridge) that makes it a switch"
        case .removeFlows(let bridge, [.normal]): "remove the flow from \(bridge) that makes it a switch"
        case .addFlows(let bridge, let flows): "add \(flows.count) flows to \(bridge)"
        case .removeFlows(let bridge, let flows): "remove \(flows.count) flows from \(bridge)"
        case .startDHCP(let client, let patience):
            "start \(client.family.dhcpName) client on \(client.device), waiting \(patience) s for a lease"
        case .stopDHCP(let client): "stop \(client.family.dhcpName) client on \(client.device)"
        case .replaceFile(let path, nil, _): "write file \(path)"
        case .replaceFile(let path, _, nil): "remove file \(path)"
        case .replaceFile(let path, _, _): "replace file \(path)"
        case .moveFile(let path, let other): "move file \(path) to \(other)"
        case .announce(let name, let addresses) where addresses.isEmpty: "announce the addresses of \(name)"
        case .announce(let name, let addresses):
            "announce \(addresses.map(\.description).joined(separator: ", ")) on \(name)"
        case .queryMulticast(let name): "ask for multicast groups on \(name)"
        case .setFirewallPort(let port, _, let isOpen): "\(isOpen ? "open" : "close") TCP port \(port)"
        case .restore(let lost): "restore \(lost.map(\.description).joined(separator: ", "))"
        case .run(let program): "run \(program)"
        }
    }
}

extension Action {
    /// The action in the operator's language, with a line of its own for each row of Open vSwitch, each flow, and each
    /// line of a file that comes or goes.
    var lines: [String] { [firstLine] + details.map(\.text) }

    /// The first of the lines, which says what is done.
    var firstLine: String {
        switch self {
        case .changeVswitch: "\(headline), in one transaction:"
        case .restore(let lost) where lost.count > 1: "\(headline):"
        default: description
        }
    }

    /// The lines after the first, with what they mean to the eye.
    package var details: [(text: String, meaning: Paint.Meaning?)] {
        switch self {
        case .changeVswitch(let changes):
            changes.map { ($0.text, $0.before == nil ? .good : $0.after == nil ? .bad : nil) }
        case .addFlows(_, let flows): flows.map { ($0.text, nil) }
        case .replaceFile(_, let before, let after):
            LineDifference(before?.bytes, after?.bytes).summary(limit: 20).map { line in
                (line.text, line.isAdded.map { $0 ? .good : .bad })
            }
        case .restore(let lost) where lost.count > 1: lost.map { ($0.description, nil) }
        default: []
        }
    }

    /// What the action means to the eye: something comes, or goes.
    var meaning: Paint.Meaning? {
        switch self {
        case .createLink, .addAddress, .addRoute, .addFlows, .startDHCP, .replaceFile(_, nil, _): .good
        case .deleteLink, .removeAddress, .removeRoute, .removeFlows, .stopDHCP, .replaceFile(_, _, nil): .bad
        case .setUp, .setDown, .setMaster, .setMAC, .setMTU, .setBridgeAttributes, .setBondMode, .setBondAttributes,
            .setOffload, .setFlag, .setLinkSettings, .setIPv6, .changeVswitch, .replaceFile, .moveFile, .announce,
            .queryMulticast, .setFirewallPort, .restore, .run:
            nil
        }
    }

    /// The action in a few words.
    package var headline: String {
        switch self {
        case .changeVswitch: "change Open vSwitch"
        case .restore(let lost) where lost.count > 1: "restore other settings of devices"
        default: description
        }
    }
}

extension LinkAddress {
    /// For how long a device is given an address that it had for a limited time: what follows in a sentence.
    fileprivate var timeText: String {
        guard isDynamic else { return "" }
        guard let lifetime else { return " without expiry: its lifetime is not known" }
        return lifetime.valid == .max ? "" : " for \(lifetime.valid) s"
    }
}

extension IPAddress.Family {
    /// The protocol that leases addresses of this family.
    package var dhcpName: String { self == .v4 ? "DHCP" : "DHCPv6" }
}

extension LinkKind {
    /// The link as `ip link add` describes it.
    func text(named name: DeviceName) -> String {
        switch self {
        case .bridge(let attributes): "bridge \(name) \(attributes.text)"
        case .bond(let attributes): "bond \(name) mode \(attributes.mode) \(attributes.text)"
        case .vlan(let vlan): "vlan \(name) id \(vlan.tag) on \(vlan.parent)"
        case .other(let kind): "\(kind ?? "device") \(name)"
        }
    }
}

extension BridgeAttributes {
    /// The attributes in the words of `ip` or `ethtool`.
    var text: String {
        "stp \(stp ? "on" : "off") forward_delay \(forwardDelay) mcast_snooping \(multicastSnooping ? "on" : "off")"
            + (vlanFiltering ? " vlan_filtering on" : "")
    }
}

extension BondAttributes {
    /// The attributes in the words of `ip` or `ethtool`.
    var text: String {
        var text = "miimon \(miimon) updelay \(updelay) downdelay \(downdelay) use_carrier \(useCarrier ? 1 : 0)"
        if let transmitHashPolicy { text += " xmit_hash_policy \(transmitHashPolicy)" }
        if let lacpRate { text += " lacp_rate \(lacpRate)" }
        if let primary { text += " primary \(primary)" }
        return text
    }
}

extension LinkSettings {
    /// What is offered to the peer, as `ethtool` has it: a hexadecimal number. Without negotiation nothing is.
    var offer: String? {
        guard let advertised, autonegotiation == true else { return nil }
        let digits = advertised.reversed().flatMap { String(UInt64($0) | 1 << 32, radix: 16).utf8.dropFirst() }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        return "0x" + (significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self))
    }

    /// The attributes in the words of `ip` or `ethtool`.
    var text: String {
        var parts: [String] = []
        if let speed { parts.append("speed \(speed)") }
        if let duplex { parts.append("duplex \(duplex.rawValue)") }
        if let autonegotiation { parts.append("autoneg \(autonegotiation ? "on" : "off")") }
        if let offer { parts.append("advertise \(offer)") }
        return parts.joined(separator: " ")
    }
}

extension IPv6Settings {
    /// The settings as `sysctl` names them.
    var text: String {
        "accept_ra \(acceptRA) autoconf \(autoconf ? 1 : 0)\(isDisabled ? " disable_ipv6 1" : "")"
            + (isGenerationOff == true ? " addr_gen_mode none" : "")
    }
}

extension SecureModeFlow {
    /// The flow in words.
    var text: String {
        func port(_ uplink: DeviceName?) -> String { uplink?.text ?? "NORMAL" }
        let local = access?.port.text ?? "local"
        let tag = access.map { " with VLAN tag \($0.tag)" } ?? ""
        return switch kind {
        case .arpRequestsIn(let uplink): "ARP requests from \(uplink)\(tag) to \(local)"
        case .arpOut(let uplink): "ARP from \(local) with \(address) to \(port(uplink))\(tag)"
        case .anythingOut(let uplink): "anything from \(local) with \(address) to \(port(uplink))\(tag)"
        case .anythingIn(let uplink): "anything from \(uplink)\(tag) to \(address) to \(local)"
        case .everything: "everything, as a switch forwards it"
        }
    }
}

extension VswitchChange {
    /// The change in words: the row, and each column with its old and new value.
    var text: String {
        let row = "\(table.rawValue.lowercased()) \(name)"
        switch (before, after) {
        case (nil, let after?): return "add \(row)\(after.text(table))"
        case (let before?, nil): return "remove \(row)\(before.text(table))"
        case (nil, nil): return "leave \(row)"
        case (let before?, let after?):
            var parts = Set(before.columns.keys).union(after.columns.keys).sorted()
                .filter { before[$0] != after[$0] }
                .map { "\($0) \(before[$0]?.text ?? "unset") -> \(after[$0]?.text ?? "unset")" }
            if before.members != after.members {
                let member = table == .bridge ? "port" : "interface"
                parts += after.members.filter { !before.members.contains($0) }.map { "+\(member) \($0)" }
                parts += before.members.filter { !after.members.contains($0) }.map { "-\(member) \($0)" }
            }
            return "set \(row) \(parts.joined(separator: ", "))"
        }
    }
}

extension OVSDBValue {
    /// The value for a reader. The list of a card's networks has 30 kB for 800 VLANs, each of which carries it: its start
    /// says what it is, and the machine-readable formats have it whole.
    fileprivate var text: String { text(cutAt: 400) }
}

extension VswitchRow {
    fileprivate func text(_ table: VswitchTable) -> String {
        var parts = columns.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
        if let members = membersText(table) { parts.append(members) }
        return parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
    }

    fileprivate func membersText(_ table: VswitchTable) -> String? {
        guard !members.isEmpty else { return nil }
        return "\(table == .bridge ? "ports" : "interfaces") \(members.joined(separator: " "))"
    }
}
