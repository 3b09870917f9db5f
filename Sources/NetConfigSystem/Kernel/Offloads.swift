package import NetConfigCore

/// What a device offers to do in place of the kernel.
package struct Offloads: Equatable, Sendable {
    /// Whether an offload is on. Those that the kernel does not know (`ufo` since Linux 4.14) are missing.
    package var states: [Offload: Bool] = [:]
    /// Offloads whose state the device cannot change (`[fixed]` in `ethtool -k`).
    package var fixed: Set<Offload> = []

    /// Creates a value without offloads.
    package init() {}

    /// Reads the states out of feature bits.
    init(_ blocks: [FeatureBlock], names: [String]) {
        for offload in Offload.allCases {
            let masks = offload.masks(names)
            guard masks.contains(where: { $0 != 0 }) else { continue }
            states[offload] = zip(blocks, masks).contains { $0.active & $1 != 0 }
            if !zip(blocks, masks).contains(where: { $0.changeable & $1 != 0 }) { fixed.insert(offload) }
        }
    }
}

extension Offload {
    /// Whether this stands, as in `ethtool -K`, for a feature of the kernel (`ETH_SS_FEATURES`); newer kernels have
    /// more of the kinds that come in several.
    private func covers(_ feature: String) -> Bool {
        switch self {
        case .rx: feature == "rx-checksum"
        case .tx: feature.begins(with: "tx-checksum-")
        case .sg: feature.begins(with: "tx-scatter-gather")
        case .tso: feature.begins(with: "tx-tcp") && feature.ends(with: "-segmentation")
        case .ufo: feature == "tx-udp-fragmentation"
        case .gso: feature == "tx-generic-segmentation"
        case .gro: feature == "rx-gro"
        case .lro: feature == "rx-lro"
        }
    }

    /// The bits of those features, 32 to a number, given the names of all bits.
    func masks(_ names: [String]) -> [UInt32] {
        var masks = Array(repeating: UInt32(0), count: (names.count + 31) / 32)
        for (bit, name) in names.enumerated() where covers(name) {
            masks[bit / 32] |= 1 << UInt32(bit % 32)
        }
        return masks
    }
}
