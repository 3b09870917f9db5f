/// What a reset leaves for XAPI and xcp-networkd.
extension PlanBuilder {
    /// Writes the files by which XAPI takes over a PIF at its next start. They come first: where one cannot be written the
    /// network is as it was.
    ///
    /// - Throws: ``PlanError`` where something is in the way of one.
    mutating func tellXAPI(of pif: PIF, _ reset: NetworkReset) throws(PlanError) {
        let reason = "XAPI makes \(pif) its management interface at its next start"
        let isNamedByNetworkd = observed.filesByName?.contains(HostFile.interfaceRename) != true
        let bridge = isNamedByNetworkd ? "" : model.bridge(of: pif)?.text ?? ""
        func text(_ text: String) -> [UInt8] { Array(text.utf8) }
        try write(
            text(ResetText.managementConfiguration(pif)), HostFile.managementConfiguration, for: pif, because: reason)
        let inventory = state.files[HostFile.inventory]
        if inventory == nil, state.obstacles?[HostFile.inventory] == nil {
            warn(HostFile.inventory, "is missing, and is not made: XAPI needs more of it than the management interface")
        } else {
            let changed = ResetText.inventory(inventory?.bytes ?? [], management: bridge)
            try write(changed, HostFile.inventory, for: pif, because: reason)
        }
        try tellMaster(of: reset, pif)
        try moveFormerRecords(of: reset, pif)
        // The last one: XAPI heeds the others because of it.
        try write(text(ResetText.networkReset(pif)), HostFile.networkReset, for: pif, because: reason)
    }

    private mutating func tellMaster(of reset: NetworkReset, _ pif: PIF) throws(PlanError) {
        guard let master = reset.master else { return }
        guard state.files[HostFile.pool]?.text.begins(with: "slave:") == true else {
            throw PlanError(pif, .notPoolMember)
        }
        try write(
            Array(ResetText.pool(master: master).utf8), HostFile.pool, for: pif, because: "the pool's master is there")
    }

    /// Moves the records so far out of the way.
    private mutating func moveFormerRecords(of reset: NetworkReset, _ pif: PIF) throws(PlanError) {
        for path in reset.formerRecords where observed.filesByName?.contains(path) == true {
            perform(.moveFile(path, to: try aside(of: path, for: pif)), because: "it says what was before")
        }
    }

    /// The name under which a file is kept.
    private func aside(of path: String, for pif: PIF) throws(PlanError) -> String {
        let (asides, known) = (HostFile.asides(of: path), observed.filesByName ?? [])
        guard let aside = asides.first(where: { !known.contains($0) }) else {
            let obstacle = "\(asides[0]) and \(asides.count - 1) more are in its way; remove those of earlier resets"
            throw PlanError(pif, .cannotMove(path: path, obstacle: obstacle))
        }
        return aside
    }

    private mutating func write(
        _ bytes: [UInt8], _ path: String, for pif: PIF, because reason: String
    ) throws(PlanError) {
        let old = state.files[path]
        guard old?.bytes != bytes else { return }
        if let obstacle = state.obstacles?[path] {
            throw PlanError(pif, .cannotWrite(path: path, obstacle: obstacle))
        }
        if let old, NetworkReset.keptFiles.contains(path) {
            let copy = Action.replaceFile(try aside(of: path, for: pif), before: nil, after: old)
            perform(copy, because: "\(path) as it was", onFailure: .rollBack)
        }
        perform(
            .replaceFile(path, before: old, after: FileContents(bytes, mode: old?.mode ?? 0o644)), because: reason,
            onFailure: .rollBack)
    }
}
