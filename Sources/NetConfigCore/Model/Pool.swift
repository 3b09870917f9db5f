/// The pool that the host is a member of (XAPI class `pool`).
public struct Pool: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<Pool>
    /// The record's `uuid`; the original's cache has none.
    public var uuid: String?
    /// Whether bridges snoop IGMP; `nil` in old data: a bridge's snooping is then left alone.
    public var igmpSnoopingEnabled: Bool?
    /// The controller's address, field `vswitch_controller`. Live data only.
    public var vswitchController: String?
    /// The `other_config` keys that mean something here.
    public var otherConfig = OtherConfig()

    /// Creates a pool.
    public init(ref: Ref<Pool>) {
        self.ref = ref
    }
}
