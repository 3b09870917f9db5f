extension Action {
    /// The kind of action in one word, the same in every version: what JSON calls it, and what durations are remembered by.
    package var kind: String {
        switch self {
        case .createLink: "create-link"
        case .deleteLink: "delete-link"
        case .setUp, .setDown: "set-state"
        case .setMaster: "set-master"
        case .setMAC: "set-mac"
        case .setMTU: "set-mtu"
        case .setBridgeAttributes: "set-bridge-attributes"
        case .setBondMode: "set-bond-mode"
        case .setBondAttributes: "set-bond-attributes"
        case .setOffload: "set-offload"
        case .setFlag: "set-flag"
        case .setLinkSettings: "set-link-settings"
        case .setIPv6: "set-ipv6"
        case .addAddress: "add-address"
        case .removeAddress: "remove-address"
        case .addRoute: "add-route"
        case .removeRoute: "remove-route"
        case .changeVswitch: "change-open-vswitch"
        case .addFlows: "add-flows"
        case .removeFlows: "remove-flows"
        case .startDHCP: "start-dhcp"
        case .stopDHCP: "stop-dhcp"
        case .replaceFile: "replace-file"
        case .moveFile: "move-file"
        case .announce: "announce"
        case .queryMulticast: "query-multicast"
        case .setFirewallPort: "set-firewall-port"
        case .restore: "restore"
        case .run: "run"
        }
    }
}
