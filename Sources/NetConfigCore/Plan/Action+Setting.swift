extension Action {
    /// A setting of a device, a row or a file, which an action decides.
    package struct Setting: Hashable, Sendable {
        /// The device, the row or the file.
        package var place: String
        /// What of it, in the operator's words.
        package var name: String
    }

    /// What the action decides, and a later look can find; none for what leaves no trace, such as an announcement.
    package var settings: [Setting] {
        func setting(_ device: DeviceName, _ name: String) -> [Setting] { [Setting(place: device.text, name: name)] }
        switch self {
        case .createLink(let device, _, _), .deleteLink(let device): return setting(device, "device")
        case .setUp(let device), .setDown(let device): return setting(device, "state")
        case .setMaster(let device, _): return setting(device, "master")
        case .setMAC(let device, _): return setting(device, "MAC address")
        case .setMTU(let device, _): return setting(device, "MTU")
        case .setBridgeAttributes(let device, _): return setting(device, "bridge configuration")
        case .setBondMode(let device, _): return setting(device, "bond mode")
        case .setBondAttributes(let device, _): return setting(device, "bond configuration")
        case .setOffload(let device, let offload, _): return setting(device, "offload \(offload)")
        case .setFlag(let device, let flag, _): return setting(device, "\(flag)")
        case .setLinkSettings(let device, _): return setting(device, "link configuration")
        case .setIPv6(let device, _): return setting(device, "IPv6 configuration")
        case .addAddress(let device, let address), .removeAddress(let device, let address):
            return setting(device, "address \(address.prefix)")
        case .addRoute(let device, let route), .removeRoute(let device, let route):
            return setting(device, "route \(route.text)")
        case .changeVswitch(let changes):
            return changes.map { Setting(place: $0.name, name: "\($0.table.rawValue) row") }
        case .addFlows(let bridge, _), .removeFlows(let bridge, _): return [Setting(place: bridge, name: "flow table")]
        case .startDHCP(let client, _), .stopDHCP(let client):
            return setting(client.device, "\(client.family.dhcpName) client")
        case .replaceFile(let path, _, _), .moveFile(let path, _): return [Setting(place: path, name: "content")]
        case .setFirewallPort(let port, _, _): return [Setting(place: "TCP port \(port)", name: "firewall")]
        case .announce, .queryMulticast, .restore, .run: return []
        }
    }
}
