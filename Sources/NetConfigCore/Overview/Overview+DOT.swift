extension Overview {
    /// The overview as a graph for Graphviz: cards below, networks above; what differs is red.
    public var dot: String {
        var graph = DOTGraph(name: "network", title: "\(source): \(verdict)")
        if !remarks.isEmpty { graph.addNode("remarks", remarks, .note) }
        for node in nodes { Self.add(node, to: &graph) }
        return graph.text
    }

    /// Networks with more VLANs show them as one node.
    private static var vlanLimit: Int { 10 }

    private static func add(_ node: Node, to graph: inout DOTGraph) {
        graph.addNode(node.id, node.lines, node.look)
        for child in node.children where child.kind != .vlan {
            add(child, to: &graph)
            graph.addEdge(child.id, node.id, child.look)
        }
        let vlans = node.vlans
        let shown = vlans.count > vlanLimit ? vlans.filter { $0.state == .drift }.prefix(vlanLimit) : vlans[...]
        for vlan in shown {
            add(vlan, to: &graph)
            graph.addEdge(node.id, vlan.id, label: vlan.tag.map { "VLAN \($0)" }, vlan.look)
        }
        guard shown.count < vlans.count else { return }
        let names = Set(shown.map(\.name))
        let others = vlans.filter { !names.contains($0.name) }
        let id = "\(node.id) VLANs"
        let hasDrift = others.contains { $0.state == .drift }
        graph.addNode(
            id, ["\(others.count) \(shown.isEmpty ? "" : "more ")VLANs", "\(TagRanges(others.compactMap(\.tag)))"],
            hasDrift ? .wrong : .plain)
        graph.addEdge(node.id, id)
    }
}

extension Overview.Node {
    /// Node names, unique even where a network and its card, or a bond and its bridge, have the same name.
    fileprivate var id: String { "\(kind.rawValue) \(name)" }

    fileprivate var look: DOTGraph.Look {
        switch state {
        case .right: .plain
        case .drift: .wrong
        case .detached, .unmanaged: .note
        }
    }

    fileprivate var lines: [String] {
        [name] + [title, stateText].filter { !$0.isEmpty }
            + settings.filter { $0.isDrift || $0.isEssential }.map { setting in
                guard setting.isDrift else { return "\(setting.name) \(setting.actual?.description ?? "unknown")" }
                return
                    "\(setting.name) \(setting.actual?.description ?? "unknown"), configured \(setting.configured ?? "nothing")"
            } + guestLines
    }

    /// The virtual machines; of many only how many there are.
    private var guestLines: [String] {
        guests.count > 5 ? ["\(guests.count) virtual machines"] : guests.map { "\($0)" }
    }
}
