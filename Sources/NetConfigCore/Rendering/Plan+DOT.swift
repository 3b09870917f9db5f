extension Plan {
    /// The plan as a graph for Graphviz: the devices that it concerns and what each belongs to, as it is and as it will be,
    /// with the steps on each device.
    ///
    /// - Parameter title: What the plan is for.
    /// - Returns: Text in Graphviz' language.
    public func dot(title: String) -> String {
        var graph = DOTGraph(name: "plan", title: steps.isEmpty ? "\(title): nothing to do" : title)
        let (before, after) = (DeviceGraph(in: start), DeviceGraph(in: end))
        let texts = stepTexts
        let concerned = Set(texts.keys).subtracting([Self.host])
        // Neighbours show where the devices belong.
        let names = concerned.union(
            (before.edges.union(after.edges)).filter { concerned.contains($0.lower) }.map(\.upper))
        for name in names.sorted() {
            let look: DOTGraph.Look =
                switch (before.names.contains(name), after.names.contains(name)) {
                case (false, _): .added
                case (true, false): .removed
                case (true, true): texts[name] == nil ? .plain : .changed
                }
            graph.addNode(name, [name] + (texts[name] ?? []), look)
        }
        let edges = before.edges.union(after.edges).filter { names.contains($0.lower) && names.contains($0.upper) }
        for edge in edges.sorted() {
            let look: DOTGraph.Look =
                !before.edges.contains(edge) ? .added : after.edges.contains(edge) ? .plain : .removed
            graph.addEdge(edge.lower, edge.upper, label: edge.label, look)
        }
        if let texts = texts[Self.host] { graph.addNode(Self.host, ["files and programs"] + texts, .note) }
        let explanations = costLines() + remarks()
        if !explanations.isEmpty { graph.addNode("explanations", explanations, .note) }
        return graph.text
    }

    /// The node that represents the host as a whole; no device can have this name.
    private static var host: String { "the host" }

    /// The steps on each device, numbered.
    private var stepTexts: [String: [String]] {
        var texts: [String: [String]] = [:]
        for (index, step) in steps.enumerated() {
            let number = index + 1
            guard case .changeVswitch(let changes) = step.action else {
                let name = step.action.device?.text ?? step.action.bridgeOfFlows ?? Self.host
                texts[name, default: []] += ["\(number). \(description(of: step))"] + step.action.details.map(\.text)
                continue
            }
            for change in changes {
                texts[change.name, default: []].append("\(number). \(change.text): \(step.reason)")
            }
        }
        return texts
    }
}

extension Action {
    /// The bridge whose flows change.
    fileprivate var bridgeOfFlows: String? {
        switch self {
        case .addFlows(let bridge, _), .removeFlows(let bridge, _): bridge
        default: nil
        }
    }
}
