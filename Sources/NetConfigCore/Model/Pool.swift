/// The pool that the host is a member of (XAPI class `pool`).
package struct Pool: Equatable, Sendable {
    /// XAPI's reference to this record.
    package var ref: Ref<Pool>
    /// The record's `uuid`; the original's cache has none.
    package var uuid: String?
    /// Whether bridges snoop IGMP; `nil` in old data: a bridge's snooping is then left alone.
    package var igmpSnoopingEnabled: Bool?
    /// The controller's address, field `vswitch_controller`. Live data only.
    package var vswitchController: String?
    /// The `other_config` keys that mean something here.
    package var otherConfig = OtherConfig()

    /// Creates a pool.
    package init(ref: Ref<Pool>) {
        self.ref = ref
    }
}
