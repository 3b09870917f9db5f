internal import NetConfigCore

extension Network {
    /// Reads a network; `nil` where it has no reference. Structure must be right; an MTU that is none is left out with a
    /// warning.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        let bridge = record.deviceName("bridge", &diagnostics)
        guard let ref: Ref<Network> = record.ref(&diagnostics) else { return nil }
        self.init(ref: ref, uuid: record.uuid(&diagnostics), bridge: bridge)
        mtu = record.value("MTU", ValueRange.words(ValueRange.mtu), about: self, &diagnostics) { text in
            Int(text).flatMap { ValueRange.mtu.contains($0) && String($0) == text ? $0 : nil }
        }
        pifs = record.refs("PIFs", &diagnostics)
        purpose = record["purpose"]?.entries.map(\.value) ?? []
        managed = record.flag("managed", &diagnostics) ?? true
        otherConfig = OtherConfig(record.map("other_config", about: self, &diagnostics), of: .network)
    }
}

extension Bond {
    /// Reads a bond; `nil` where it has no master. Any word is taken as the mode: which ones the datapath knows is for the
    /// planner to say.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        let ref: Ref<Bond>? = record.ref(&diagnostics)
        let master: Ref<PIF>? = record.requiredRef("master", &diagnostics)
        let slaves: [Ref<PIF>] = record.refs("slaves", &diagnostics)
        guard let ref, let master else { return nil }
        self.init(ref: ref, uuid: record.uuid(&diagnostics), master: master, slaves: slaves)
        self.slaves = record.first(RecordLimit.slaves, of: slaves, in: "slaves", about: name, &diagnostics)
        primarySlave = record.optionalRef("primary_slave")
        mode = record.word("mode", about: name, &diagnostics)
        properties = record.map("properties", about: name, &diagnostics)
    }
}

extension VLAN {
    /// Reads a VLAN; `nil` where it lacks one of its PIFs.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        let ref: Ref<VLAN>? = record.ref(&diagnostics)
        let tagged: Ref<PIF>? = record.requiredRef("tagged_PIF", &diagnostics)
        let untagged: Ref<PIF>? = record.requiredRef("untagged_PIF", &diagnostics)
        let tag = record.tag("tag", &diagnostics)
        guard let ref, let tagged, let untagged else { return nil }
        self.init(ref: ref, uuid: record.uuid(&diagnostics), taggedPIF: tagged, untaggedPIF: untagged)
        self.tag = tag
    }
}

extension Tunnel {
    /// Reads a tunnel; `nil` where it lacks one of its PIFs.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        let ref: Ref<Tunnel>? = record.ref(&diagnostics)
        let access: Ref<PIF>? = record.requiredRef("access_PIF", &diagnostics)
        let transport: Ref<PIF>? = record.requiredRef("transport_PIF", &diagnostics)
        guard let ref, let access, let transport else { return nil }
        self.init(ref: ref, uuid: record.uuid(&diagnostics), accessPIF: access, transportPIF: transport)
        `protocol` = record.text("protocol")
    }
}

extension Pool {
    /// Reads a pool; `nil` where it has no reference.
    init?(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        guard let ref: Ref<Pool> = record.ref(&diagnostics) else { return nil }
        self.init(ref: ref)
        uuid = record.text("uuid")
        // The pool is in every PIF's stack: no PIF is to stay down for its sake.
        igmpSnoopingEnabled = record.value("igmp_snooping_enabled", "True or False", about: "pool", &diagnostics) {
            text in
            FieldRecord.flag(text)
        }
        vswitchController = record.word("vswitch_controller", about: "pool", &diagnostics)
        otherConfig = OtherConfig(record.map("other_config", about: "pool", &diagnostics), of: .pool)
    }
}
