internal import NetConfigCore

extension Network {
    /// Reads a network; `nil` where it has no reference. Structure must be right; an MTU that is none is left out with a
    /// warning.
    init?(_ record: FieldRecord, _ findings: inout Findings) {
        let bridge = record.deviceName("bridge", &findings)
        guard let ref: Ref<Network> = record.ref(&findings) else { return nil }
        self.init(ref: ref, uuid: record.uuid(&findings), bridge: bridge)
        mtu = record.value("MTU", "a number from 68 to 65535", about: self, &findings) { text in
            Int(text).flatMap { (68...65535).contains($0) && String($0) == text ? $0 : nil }
        }
        pifs = record.refs("PIFs", &findings)
        purpose = record["purpose"]?.entries.map(\.value) ?? []
        managed = record.flag("managed", &findings) ?? true
        otherConfig = OtherConfig(record.map("other_config", about: self, &findings), of: .network)
    }
}
