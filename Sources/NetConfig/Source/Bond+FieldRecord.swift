extension Bond {
    /// Reads a bond; `nil` where it has no master. Any word is taken as the mode: which ones the datapath knows is for the
    /// planner to say.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let ref: Ref<Bond>? = record.ref(&findings)
        let master: Ref<PIF>? = record.requiredRef("master", &findings)
        let slaves: [Ref<PIF>] = record.refs("slaves", &findings)
        guard let ref, let master else { return nil }
        self.init(ref: ref, uuid: record.uuid, master: master, slaves: slaves)
        primarySlave = record.optionalRef("primary_slave")
        mode = record.text("mode")
        properties = record.map("properties")
    }
}
