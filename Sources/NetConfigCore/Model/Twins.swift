/// PIFs that have the same tag on the same PIF, or the same card. All are found in one pass: a host may have thousands.
struct Twins {
    private let cards: [DeviceName: [PIF]]
    private let vlans: [Ref<PIF>: [PIF]]

    /// Finds those of some PIFs, in the order of devices and of references.
    init(of pifs: [PIF], in model: NetworkModel) {
        let devices = Set(pifs.filter(Self.isOnCard).map(\.device))
        let onCards =
            devices.isEmpty ? [] : model.pifs.values.filter { devices.contains($0.device) && Self.isOnCard($0) }
        cards = Dictionary(grouping: onCards.sorted(by: NetworkModel.inDeviceOrder), by: \.device)
        let stacks = Dictionary(grouping: pifs) { model.underlyingPIF(of: $0)?.ref }
        var found: [Ref<PIF>: [PIF]] = [:]
        for case (let below?, let pifs) in stacks {
            guard let below = model.pifs[below] else { continue }
            let byTag = Dictionary(grouping: model.vlanPIFs(on: below)) { $0.vlan }
            for pif in pifs { found[pif.ref] = byTag[pif.vlan] }
        }
        vlans = found
    }

    /// Those of a PIF, without itself.
    subscript(pif: PIF) -> [PIF] {
        let all = vlans[pif.ref] ?? (Self.isOnCard(pif) ? cards[pif.device] : nil)
        return (all ?? []).filter { $0.ref != pif.ref }
    }

    private static func isOnCard(_ pif: PIF) -> Bool {
        pif.vlan == nil && pif.vlanMasterOf == nil && pif.tunnelAccessPIFOf.isEmpty
    }
}
