/// Which PIFs are attached, and the file that says so.
extension PlanBuilder {
    /// Whether a PIF is attached, by XAPI's word or by our record, and its device is there.
    func isAttached(_ other: PIF) -> Bool { model.isAttached(other, in: state, facts, recordedNames) }

    /// Whether a PIF's bridge would be missed: it is attached, or it has addresses although no run recorded it (an
    /// earlier program made it).
    func isInUse(_ other: PIF) -> Bool {
        model.isInUse(other, in: state, facts, recordedNames) { device in
            state.dhcpClients.contains { $0.device == device }
        }
    }

    /// Whether a PIF is in use, and none that is asked for takes its cards.
    func staysInUse(_ other: PIF) -> Bool { isInUse(other) && !leaving.contains(other.ref) }

    /// Writes the file as it is to be after this plan: what still exists, with or without the devices asked for. It is
    /// a note: without it (a full `/run`) the next run tries again.
    mutating func recordAttachment() {
        let devices = Set(pifs.compactMap(model.ipDevice))
        guard !devices.isEmpty else { return }
        let released = Set(leavingPIFs.compactMap(model.ipDevice)).union(formerNames)
        var names = recordedNames.filter { state.links[$0] != nil && !devices.contains($0) && !released.contains($0) }
        if verb == .up { names.formUnion(devices) }
        let text = names.sorted().map { "\($0)\n" }.joined()
        let old = state.files[HostFile.attached]
        let new = text.isEmpty ? nil : FileContents(text)
        guard old?.bytes != new?.bytes else { return }
        let what = devices.count == 1 ? "\(devices.first.map(\.text) ?? "") is" : "\(devices.count) devices are"
        perform(
            .replaceFile(HostFile.attached, before: old, after: new),
            because: "\(what) \(verb == .up ? "attached" : "detached")")
    }
}

extension NetworkModel {
    /// Whether a PIF is attached, by XAPI's word or by our record, and its device is there.
    func isAttached(
        _ pif: PIF, in state: ObservedState, _ facts: HostFacts, _ recorded: Set<DeviceName>
    ) -> Bool {
        guard let device = ipDevice(of: pif), state.links[device] != nil else { return false }
        switch facts.attachment {
        case .xapi: return pif.currentlyAttached
        case .recorded: return recorded.contains(device)
        }
    }

    /// Whether a PIF is attached, or its device has addresses or a DHCP client although no record says so.
    func isInUse(
        _ pif: PIF, in state: ObservedState, _ facts: HostFacts, _ recorded: Set<DeviceName>,
        hasClient: (DeviceName) -> Bool
    ) -> Bool {
        guard let device = ipDevice(of: pif), let link = state.links[device] else { return false }
        return isAttached(pif, in: state, facts, recorded) || !link.addresses.isEmpty || hasClient(device)
    }
}

extension ObservedState {
    /// The names in the file of attached devices whose device exists.
    package var recordedNames: Set<DeviceName> {
        let lines = (files[HostFile.attached]?.text ?? "").lines()
        return Set(lines.compactMap { DeviceName(String($0)) }.filter { links[$0] != nil })
    }
}
