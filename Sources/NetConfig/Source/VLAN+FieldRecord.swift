extension VLAN {
    /// Reads a VLAN.
    init(_ record: FieldRecord) throws(ModelError) {
        self.init(
            ref: try record.ref(), uuid: record.uuid, taggedPIF: try record.requiredRef("tagged_PIF"),
            untaggedPIF: try record.requiredRef("untagged_PIF"))
        tag = try record.tag("tag")
    }
}
