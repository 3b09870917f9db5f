internal import NetConfigCore
internal import NetConfigSystem

/// What the host is, by its files.
extension Reconfiguration {
    /// Reads what the host is from its files.
    func hostFacts(for subject: Subject) throws -> HostFacts {
        let chosen = try chosenDatapath()
        var facts = HostFacts(
            datapath: chosen ?? NetworkBackend.standard, datapathType: options.datapathType,
            isFirstBoot: !ConfigurationFiles(below: root).existing(among: [Self.firstBootFile]).isEmpty,
            bootMAC: try NetworkBootCard.macAddress(contentsOf: paths.path(NetworkBootCard.standardPath)))
        if case .live = subject { facts.attachment = .xapi }
        if case .bridges = subject, isNetworkds(recordsFile) { facts.attachment = .networkd }
        facts.isNetworkds = keepsNetworkdsWays(facts.attachment)
        if chosen == nil { facts.warnings.append(noDatapath) }
        return facts
    }

    /// Whether rows and files are left as xcp-networkd makes them: where its database is what is read, and where it is installed,
    /// wherever the records come from.
    func keepsNetworkdsWays(_ attachment: HostFacts.Attachment) -> Bool { attachment == .networkd || hasNetworkd }

    /// Whether xcp-networkd configures from a file.
    func isNetworkds(_ file: RecordsFile) -> Bool {
        switch file.kind {
        case .networkd: true
        case .management: hasNetworkd
        case .cache: false
        }
    }

    /// What switches the host's frames.
    func datapath() throws -> Datapath { try chosenDatapath() ?? NetworkBackend.standard }

    /// What to say where the host's file says nothing.
    var noDatapath: Warning {
        Warning(
            paths.path(NetworkBackend.standardPath),
            "says neither bridge nor openvswitch; \(NetworkBackend.standard.rawValue) is used")
    }

    /// What the caller says, else the host's file; `nil` where that is nothing.
    func chosenDatapath() throws -> Datapath? {
        if let givenDatapath { return givenDatapath }
        return try NetworkBackend.datapath(contentsOf: paths.path(NetworkBackend.standardPath))
    }

    /// There while the first boot after installation is under way.
    private static var firstBootFile: String { "/etc/firstboot.d/data/firstboot_in_progress" }
}
