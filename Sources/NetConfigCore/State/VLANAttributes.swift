/// Attributes of an 802.1Q link.
package struct VLANAttributes: Hashable, Sendable, Codable {
    /// The device that carries the tagged frames.
    package var parent: DeviceName
    /// The tag, 0 to 4095.
    package var tag: UInt16

    /// Creates attributes.
    package init(parent: DeviceName, tag: UInt16) {
        self.parent = parent
        self.tag = tag
    }
}
