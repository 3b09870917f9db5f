extension [Action] {
    /// The actions that announce the addresses which these add to devices that are up in the state after them, and all of a
    /// device that gets another MAC address: switches and neighbours have learnt other places.
    func announcements(in state: ObservedState, since start: ObservedState) -> [Action] {
        var added: [DeviceName: [IPAddress]] = [:]
        for (name, link) in state.links where link.isUp && !link.addresses.isEmpty {
            guard let old = start.links[name]?.mac, let new = link.mac, old != new else { continue }
            added[name] = link.addresses.map(\.prefix.address)
        }
        for case .addAddress(let name, let address) in self where state.links[name]?.isUp == true {
            guard added[name]?.contains(address.prefix.address) != true else { continue }
            added[name, default: []].append(address.prefix.address)
        }
        return added.sorted { $0.key < $1.key }.map { .announce($0.key, $0.value) }
    }
}
