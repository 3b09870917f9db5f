extension Network {
    /// Reads a network. Structure must be right; an MTU that is none is left out with a warning.
    init(_ record: FieldRecord, _ warnings: inout [Warning]) throws(ModelError) {
        self.init(ref: try record.ref(), uuid: record.uuid, bridge: try record.deviceName("bridge"))
        mtu = record.value("MTU", "a number from 68 to 65535", about: self, &warnings) { text in
            Int(text).flatMap { (68...65535).contains($0) && String($0) == text ? $0 : nil }
        }
        pifs = try record.refs("PIFs")
        purpose = record["purpose"]?.entries.map(\.value) ?? []
        managed = try record.flag("managed") ?? true
        otherConfig = OtherConfig(record.map("other_config"), of: .network)
    }
}
