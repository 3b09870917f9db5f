internal import NetConfigCore

extension Bond {
    /// Reads a bond; `nil` where it has no master. Any word is taken as the mode: which ones the datapath knows is for the
    /// planner to say.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let ref: Ref<Bond>? = record.ref(&findings)
        let master: Ref<PIF>? = record.requiredRef("master", &findings)
        let slaves: [Ref<PIF>] = record.refs("slaves", &findings)
        guard let ref, let master else { return nil }
        self.init(ref: ref, uuid: record.uuid(&findings), master: master, slaves: slaves)
        self.slaves = record.first(RecordLimit.slaves, of: slaves, in: "slaves", about: name, &findings)
        primarySlave = record.optionalRef("primary_slave")
        mode = record.word("mode", about: name, &findings)
        properties = record.map("properties", about: name, &findings)
    }
}
