/// Attributes of a Linux bridge.
package struct BridgeAttributes: Hashable, Sendable, Codable {
    /// Whether the spanning tree protocol runs.
    package var stp: Bool
    /// Forward delay in hundredths of a second.
    package var forwardDelay: Int
    /// Whether multicast snooping is on.
    package var multicastSnooping: Bool
    /// Whether frames pass only where their VLAN is allowed.
    package var vlanFiltering: Bool

    /// Creates attributes; by default those of a bridge of this project: no STP, no delay, no filtering, snooping as
    /// the kernel does.
    package init(
        stp: Bool = false, forwardDelay: Int = 0, multicastSnooping: Bool = true, vlanFiltering: Bool = false
    ) {
        self.stp = stp
        self.forwardDelay = forwardDelay
        self.multicastSnooping = multicastSnooping
        self.vlanFiltering = vlanFiltering
    }

    /// Reads attributes; those that say nothing about filtering are of a bridge that does not.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        stp = try values.decode(Bool.self, forKey: .stp)
        forwardDelay = try values.decode(Int.self, forKey: .forwardDelay)
        multicastSnooping = try values.decode(Bool.self, forKey: .multicastSnooping)
        vlanFiltering = try values.decodeIfPresent(Bool.self, forKey: .vlanFiltering) ?? false
    }
}
