extension Bond {
    /// Reads a bond. Any word is taken as the mode: which ones the datapath knows is for the planner to say.
    init(_ record: FieldRecord) throws(ModelError) {
        self.init(
            ref: try record.ref(), uuid: record.uuid, master: try record.requiredRef("master"),
            slaves: try record.refs("slaves"))
        primarySlave = record.optionalRef("primary_slave")
        mode = record.text("mode")
        properties = record.map("properties")
    }
}
