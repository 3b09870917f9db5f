extension Pool {
    /// Reads a pool.
    init(_ record: FieldRecord) throws(ModelError) {
        self.init(ref: try record.ref())
        uuid = record.text("uuid")
        igmpSnoopingEnabled = try record.flag("igmp_snooping_enabled")
        vswitchController = record.text("vswitch_controller")
        otherConfig = OtherConfig(record.map("other_config"), of: .pool)
    }
}
