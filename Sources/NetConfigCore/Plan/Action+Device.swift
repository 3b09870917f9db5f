extension Action {
    /// The device that the action changes; `nil` for one that changes none, or several.
    package var device: DeviceName? {
        switch self {
        case .createLink(let name, _, _), .deleteLink(let name), .setUp(let name), .setDown(let name),
            .setMaster(let name, _), .setMAC(let name, _), .setMTU(let name, _), .setBridgeAttributes(let name, _),
            .setBondMode(let name, _), .setBondAttributes(let name, _), .setOffload(let name, _, _),
            .setFlag(let name, _, _), .setLinkSettings(let name, _), .setIPv6(let name, _), .addAddress(let name, _),
            .removeAddress(let name, _), .addRoute(let name, _), .removeRoute(let name, _), .announce(let name, _),
            .queryMulticast(let name):
            name
        case .startDHCP(let client, _), .stopDHCP(let client): client.device
        case .restore(let lost):
            Set(lost.flatMap(\.devices)).count == 1 ? lost.first?.devices.first : nil
        case .changeVswitch, .addFlows, .removeFlows, .replaceFile, .moveFile, .setFirewallPort, .run: nil
        }
    }
}
