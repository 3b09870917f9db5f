extension [Action] {
    /// A VLAN link that stands, over others or at once, on itself in some states, or does by these actions. No host has one, and to
    /// go along it would not end.
    func vlanCircle(with states: [ObservedState]) -> DeviceName? {
        var parents: [DeviceName: Set<DeviceName>] = [:]
        for (name, link) in states.flatMap(\.links) {
            if case .vlan(let vlan) = link.kind { parents[name, default: []].insert(vlan.parent) }
        }
        for case .createLink(let name, .vlan(let vlan), _) in self { parents[name, default: []].insert(vlan.parent) }
        return parents.keys.sorted().first { start in
            var (open, seen) = (parents[start] ?? [], Set<DeviceName>())
            while let name = open.popFirst() {
                if seen.insert(name).inserted { open.formUnion(parents[name] ?? []) }
            }
            return seen.contains(start)
        }
    }
}
