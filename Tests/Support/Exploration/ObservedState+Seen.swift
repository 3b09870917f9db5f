package import NetConfigCore

extension ObservedState {
    /// The state as the next run sees it. To that one a DHCP client has a lease only while its device has an address, and its
    /// lease names the router.
    package var seen: ObservedState {
        var state = settled
        for (index, client) in state.dhcpClients.enumerated() where client.progress == .bound {
            let addresses = state.links[client.device]?.addresses ?? []
            if !addresses.contains(where: { $0.prefix.address.family == client.family }) {
                state.dhcpClients[index].progress = .waiting
            } else if client.configuration.contains("routers") {
                state.dhcpClients[index].routers = [.v4(0xC633_6401)]
            }
        }
        return state
    }
}
