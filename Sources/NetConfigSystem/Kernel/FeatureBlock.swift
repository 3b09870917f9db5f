/// 32 feature bits of a device, `struct ethtool_get_features_block`.
struct FeatureBlock {
    /// Bytes that it takes.
    static let size = 16
    /// The bits that user space asked for.
    var requested: UInt32
    /// The bits that are on.
    var active: UInt32
    /// The bits that a request can change: the driver offers them, and they are not fixed.
    var changeable: UInt32

    /// Decodes a block at the start of some bytes.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let available = bytes.integer(at: 0, as: UInt32.self),
            let requested = bytes.integer(at: 4, as: UInt32.self), let active = bytes.integer(at: 8, as: UInt32.self),
            let neverChanged = bytes.integer(at: 12, as: UInt32.self)
        else { return nil }
        self.requested = requested
        self.active = active
        changeable = available & ~neverChanged
    }
}
