/// Kinds of hardware (`ARPHRD_…` of `linux/if_arp.h`).
enum HardwareType {
    /// `ARPHRD_ETHER`
    static let ethernet: UInt16 = 1
}
