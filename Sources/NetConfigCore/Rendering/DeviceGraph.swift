/// The devices of a state and their parent edges: port to bridge, slave to bond, VLAN to parent.
struct DeviceGraph {
    /// An edge from a device to its parent.
    struct Edge: Hashable, Comparable {
        /// The device.
        var lower: String
        /// Its parent.
        var upper: String
        /// The kind of relation, for the edge's label.
        var label: String?

        static func < (lhs: Edge, rhs: Edge) -> Bool {
            (lhs.lower, lhs.upper, lhs.label ?? "") < (rhs.lower, rhs.upper, rhs.label ?? "")
        }
    }

    /// Devices of the kernel and rows of Open vSwitch.
    private(set) var names: Set<String> = []
    /// The edges.
    private(set) var edges: Set<Edge> = []

    /// Finds the devices and edges of a state.
    init(in state: ObservedState) {
        for (name, link) in state.links {
            names.insert(name.text)
            if let master = link.master { edges.insert(Edge(lower: name.text, upper: master.text)) }
            if case .vlan(let vlan) = link.kind {
                edges.insert(Edge(lower: vlan.parent.text, upper: name.text, label: "VLAN \(vlan.tag)"))
            }
        }
        guard let vswitch = state.vswitch else { return }
        names.formUnion(vswitch.bridges.keys)
        names.formUnion(vswitch.ports.keys)
        names.formUnion(vswitch.interfaces.keys)
        for (bridge, row) in vswitch.bridges {
            for port in row.members where port != bridge {
                let tag = vswitch.ports[port]?["tag"].map { "tag \($0)" }
                edges.insert(Edge(lower: port, upper: bridge, label: tag))
            }
        }
        for (port, row) in vswitch.ports {
            for interface in row.members where interface != port { edges.insert(Edge(lower: interface, upper: port)) }
        }
    }
}
