internal import NetConfigCore

extension Pool {
    /// Reads a pool; `nil` where it has no reference.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        guard let ref: Ref<Pool> = record.ref(&findings) else { return nil }
        self.init(ref: ref)
        uuid = record.text("uuid")
        // The pool is in every PIF's stack: no PIF is to stay down for its sake.
        igmpSnoopingEnabled = record.value("igmp_snooping_enabled", "True or False", about: "pool", &findings) { text in
            FieldRecord.flag(text)
        }
        vswitchController = record.word("vswitch_controller", about: "pool", &findings)
        otherConfig = OtherConfig(record.map("other_config", about: "pool", &findings), of: .pool)
    }
}
