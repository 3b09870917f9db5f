extension Overview {
    /// Puts records and state side by side.
    ///
    /// - Parameters:
    ///   - model: What the records say; must be valid.
    ///   - facts: What kind of host this is.
    ///   - state: What is there.
    ///   - name: The bridge, or bridgeless device, whose network alone is wanted; `nil` for all.
    ///   - source: Where the records came from.
    ///   - remarks: What keeps the picture from being complete.
    /// - Throws: ``UnknownBridge``.
    package init(
        of model: NetworkModel, facts: HostFacts, state: ObservedState, only name: String? = nil, source: String,
        remarks: [String] = []
    ) throws(UnknownBridge) {
        let builder = OverviewBuilder(model: model, facts: facts, state: state)
        let nodes: [Node]
        if let name {
            nodes = [builder.node(of: try model.pif(named: name))]
        } else {
            nodes = builder.nodes()
        }
        self.init(source: source, datapath: facts.datapath, remarks: remarks, nodes: nodes)
    }
}
