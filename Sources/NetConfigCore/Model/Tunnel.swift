/// A cross-host internal network's end on this host (XAPI class `tunnel`).
public struct Tunnel: Equatable, Sendable {
    /// XAPI's reference to this record.
    public var ref: Ref<Tunnel>
    /// The record's `uuid`.
    public var uuid: String
    /// The PIF whose bridge the VMs are on; that bridge has no physical port.
    public var accessPIF: Ref<PIF>
    /// The PIF whose address the encapsulated traffic uses.
    public var transportPIF: Ref<PIF>
    /// The encapsulation, `gre` or `vxlan`; `nil` in old data.
    public var `protocol`: String?

    /// Creates a tunnel.
    public init(ref: Ref<Tunnel>, uuid: String, accessPIF: Ref<PIF>, transportPIF: Ref<PIF>) {
        self.ref = ref
        self.uuid = uuid
        self.accessPIF = accessPIF
        self.transportPIF = transportPIF
    }
}
