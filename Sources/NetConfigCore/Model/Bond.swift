/// Several PIFs used as one (XAPI class `Bond`).
public struct Bond: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<Bond>
    /// The record's `uuid`.
    public var uuid: String
    /// The PIF that represents the bond as a whole.
    public var master: Ref<PIF>
    /// The PIFs that are bonded, in the record's order.
    public var slaves: [Ref<PIF>]
    /// The slave that the bond took its configuration from; `nil` in old data.
    public var primarySlave: Ref<PIF>?
    /// XAPI's `mode` as written (`balance-slb`, `active-backup`, `lacp`); `nil` in old data.
    public var mode: String?
    /// XAPI's `properties` map; its keys are written with an underscore.
    public var properties: [String: String] = [:]

    /// Creates a bond.
    public init(ref: Ref<Bond>, uuid: String, master: Ref<PIF>, slaves: [Ref<PIF>]) {
        self.ref = ref
        self.uuid = uuid
        self.master = master
        self.slaves = slaves
    }
}
