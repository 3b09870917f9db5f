/// Attributes of an 802.1Q link.
public struct VLANAttributes: Hashable, Sendable, Codable {
    /// The device that carries the tagged frames.
    public var parent: DeviceName
    /// The tag, 0 to 4095.
    public var tag: UInt16

    /// Creates attributes.
    public init(parent: DeviceName, tag: UInt16) {
        self.parent = parent
        self.tag = tag
    }
}
