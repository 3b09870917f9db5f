/// A VLAN of the host (XAPI class `VLAN`): two PIFs and a tag.
///
/// XAPI names the two PIFs after the frames that pass them, not after their configuration. The **tagged PIF** is
/// the one *underneath* (a NIC or bond): there the VLAN's frames carry the tag on the wire. The **untagged PIF**
/// is the VLAN PIF *on top*: its network sees the same frames without the tag.
public struct VLAN: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<VLAN>
    /// The record's `uuid`.
    public var uuid: String
    /// The PIF underneath.
    public var taggedPIF: Ref<PIF>
    /// The VLAN PIF on top.
    public var untaggedPIF: Ref<PIF>
    /// The tag as this record says it. Live data only; the cache has it in ``PIF/vlan`` alone.
    public var tag: UInt16?

    /// Creates a VLAN.
    public init(ref: Ref<VLAN>, uuid: String, taggedPIF: Ref<PIF>, untaggedPIF: Ref<PIF>) {
        self.ref = ref
        self.uuid = uuid
        self.taggedPIF = taggedPIF
        self.untaggedPIF = untaggedPIF
    }
}
