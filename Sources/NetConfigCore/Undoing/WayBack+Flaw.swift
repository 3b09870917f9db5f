/// What a record can say that no host could have said. Records may come from anywhere: a backup, another host, another version.
extension WayBack {
    /// What keeps the change from being taken back, as a clause; `nil` where nothing does.
    package var flaw: String? {
        let states = [before, after]
        if let loop = actions.vlanCircle(with: states) { return "\(loop) is a VLAN on itself" }
        for state in states {
            for (name, link) in state.links.sorted(by: { $0.key < $1.key }) {
                if let flaw = link.flaw { return "\(name) has \(flaw)" }
            }
        }
        for action in actions {
            switch action {
            case .setMTU(let name, let mtu) where !Link.mtuRange.contains(mtu): return "\(name) has MTU \(mtu)"
            case .addRoute(let name, let route) where !route.hasPossibleMetric,
                .removeRoute(let name, let route) where !route.hasPossibleMetric:
                return "\(name) has a route with metric \(route.metric)"
            default: continue
            }
        }
        return nil
    }
}

extension Link {
    /// What the kernel can have.
    static let mtuRange = 0...0x7FFF_FFFF

    /// A value that the kernel cannot have, in words; `nil` where there is none.
    fileprivate var flaw: String? {
        if let mtu, !Self.mtuRange.contains(mtu) { return "MTU \(mtu)" }
        if let route = routes.first(where: { !$0.hasPossibleMetric }) { return "a route with metric \(route.metric)" }
        let numbers =
            switch kind {
            case .bridge(let attributes): [attributes.forwardDelay]
            case .bond(let attributes): [attributes.miimon, attributes.updelay, attributes.downdelay]
            case .vlan(let vlan): [vlan.tag > 4095 ? -1 : 0]
            case .other: [0]
            }
        return numbers.allSatisfy(Self.mtuRange.contains) ? nil : "a setting that is out of range"
    }
}

extension Route {
    fileprivate var hasPossibleMetric: Bool { UInt32(exactly: metric) != nil }
}
