internal import NetConfigCore

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
