/// What `xs-network-uuids` of bridges is to be: for each card the networks of all PIFs on it, the untagged one first,
/// then by tag. All are found in one pass, since a host may have thousands of PIFs.
struct NetworkUUIDs {
    /// The key of a port's `external_ids` that has them where the port is a fake bridge.
    static let fakeBridgeKey = "fake-bridge-xs-network-uuids"

    private let texts: [DeviceName: String]
    /// Some say it themselves: xcp-networkd's records name the networks of each bridge.
    private let networks: [Ref<Network>: Network]

    /// Finds those of the cards and bonds of these names.
    init(of devices: Set<DeviceName>, in model: NetworkModel) {
        var found: [DeviceName: [(tag: Int, ref: Ref<PIF>, uuid: String?)]] = [:]
        for pif in model.pifs.values where devices.contains(pif.device) && !model.isVirtualFunction(pif) {
            let uuid = model.network(of: pif)?.uuid
            found[pif.device, default: []].append((pif.vlan.map(Int.init) ?? -1, pif.ref, uuid))
        }
        networks = model.networks
        texts = found.mapValues { networks in
            networks.sorted { ($0.tag, $0.ref) < ($1.tag, $1.ref) }.compactMap(\.uuid).joined(separator: ";")
        }
    }

    /// Those of the bridge of a PIF.
    func text(of pif: PIF) -> String {
        networks[pif.network]?.otherConfig[.networkUUIDs] ?? texts[pif.device] ?? ""
    }
}

extension NetworkModel {
    /// The `external_ids` of the ports of VLANs beside some, where the records are as they were when these were made.
    package func fakeBridgeIDs(beside refs: [Ref<PIF>]) -> [OVSDBValue] {
        let below = refs.compactMap { pifs[$0].flatMap(underlyingPIF) }
        let cards = Dictionary(below.map { ($0.device, $0) }) { first, _ in first }
        let uuids = NetworkUUIDs(of: Set(cards.keys), in: self)
        return cards.sorted { $0.key < $1.key }.map {
            .map([.string(NetworkUUIDs.fakeBridgeKey): .string(uuids.text(of: $0.value))])
        }
    }
}
