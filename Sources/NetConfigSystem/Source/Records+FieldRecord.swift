internal import NetConfigCore

extension Network {
    /// Reads a network; `nil` where it has no reference. Structure must be right; an MTU that is none is left out with a
    /// warning.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let bridge = record.deviceName("bridge", &findings)
        guard let ref: Ref<Network> = record.ref(&findings) else { return nil }
        self.init(ref: ref, uuid: record.uuid(&findings), bridge: bridge)
        mtu = record.value("MTU", "a number from 68 to 65535", about: self, &findings) { text in
            Int(text).flatMap { ValueRange.mtu.contains($0) && String($0) == text ? $0 : nil }
        }
        pifs = record.refs("PIFs", &findings)
        purpose = record["purpose"]?.entries.map(\.value) ?? []
        managed = record.flag("managed", &findings) ?? true
        otherConfig = OtherConfig(record.map("other_config", about: self, &findings), of: .network)
    }
}

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

extension VLAN {
    /// Reads a VLAN; `nil` where it lacks one of its PIFs.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let ref: Ref<VLAN>? = record.ref(&findings)
        let tagged: Ref<PIF>? = record.requiredRef("tagged_PIF", &findings)
        let untagged: Ref<PIF>? = record.requiredRef("untagged_PIF", &findings)
        let tag = record.tag("tag", &findings)
        guard let ref, let tagged, let untagged else { return nil }
        self.init(ref: ref, uuid: record.uuid(&findings), taggedPIF: tagged, untaggedPIF: untagged)
        self.tag = tag
    }
}

extension Tunnel {
    /// Reads a tunnel; `nil` where it lacks one of its PIFs.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let ref: Ref<Tunnel>? = record.ref(&findings)
        let access: Ref<PIF>? = record.requiredRef("access_PIF", &findings)
        let transport: Ref<PIF>? = record.requiredRef("transport_PIF", &findings)
        guard let ref, let access, let transport else { return nil }
        self.init(ref: ref, uuid: record.uuid(&findings), accessPIF: access, transportPIF: transport)
        `protocol` = record.text("protocol")
    }
}

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
