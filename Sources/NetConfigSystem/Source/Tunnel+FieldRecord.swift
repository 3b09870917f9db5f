internal import NetConfigCore

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
