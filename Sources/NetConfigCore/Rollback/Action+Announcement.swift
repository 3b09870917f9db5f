extension [Action] {
    /// The actions that announce the addresses which these add to devices that are up in the state after them: switches and
    /// neighbours may have learnt other places.
    func announcements(in state: ObservedState) -> [Action] {
        var added: [DeviceName: [IPAddress]] = [:]
        for case .addAddress(let name, let address) in self where state.links[name]?.isUp == true {
            added[name, default: []].append(address.prefix.address)
        }
        return added.sorted { $0.key < $1.key }.map { .announce($0.key, $0.value) }
    }
}
