/// Device flags of `netdevice(7)`.
enum LinkFlags {
    /// `IFF_UP`
    static let up: UInt32 = 1
    /// `IFF_RUNNING`
    static let running: UInt32 = 0x40
    /// `IFF_NOARP`
    static let noARP: UInt32 = 0x80
}
