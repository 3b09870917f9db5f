/// Which PIFs are attached, and the file that records it.
extension PlanBuilder {
    /// Whether a PIF is attached, according to XAPI or to this program's record, and its device exists.
    func isAttached(_ other: PIF) -> Bool { model.isAttached(other, in: state, facts, recordedNames) }

    /// Whether a PIF is in use: attached, or configured by an earlier program that kept no record.
    func isInUse(_ other: PIF) -> Bool {
        model.isInUse(other, in: state, facts, recordedNames) { device in
            state.dhcpClients.contains { $0.device == device }
        }
    }

    /// Whether a PIF is in use and no requested PIF takes its cards.
    func staysInUse(_ other: PIF) -> Bool { isInUse(other) && !leaving.contains(other.ref) }

    /// Adds the step that writes the file of attached devices: those that still exist, plus or minus the requested ones. The
    /// step may fail (a full `/run`); the next run writes the file then.
    mutating func recordAttachment() {
        let devices = Set(pifs.compactMap(model.ipDevice))
        guard !devices.isEmpty, facts.attachment != .networkd else { return }
        let released = Set(leavingPIFs.compactMap(model.ipDevice)).union(formerNames)
        var names = observed.recordedNames.filter {
            state.links[$0] != nil && !devices.contains($0) && !released.contains($0)
        }
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
    /// Whether a PIF is attached, according to XAPI or to this program's record, and its device exists.
    func isAttached(
        _ pif: PIF, in state: ObservedState, _ facts: HostFacts, _ recorded: Set<DeviceName>
    ) -> Bool {
        guard let device = ipDevice(of: pif), state.links[device] != nil else { return false }
        switch facts.attachment {
        case .xapi: return pif.currentlyAttached
        case .recorded: return recorded.contains(device)
        case .networkd: return true
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
    /// The names in the file of attached devices.
    var attachmentRecord: Set<DeviceName> {
        Set((files[HostFile.attached]?.text ?? "").lines().compactMap { DeviceName(String($0)) })
    }

    /// Those whose device exists.
    package var recordedNames: Set<DeviceName> { attachmentRecord.filter { links[$0] != nil } }
}
