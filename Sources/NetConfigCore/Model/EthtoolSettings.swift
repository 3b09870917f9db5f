/// Offloads and link settings that records ask for.
struct EthtoolSettings: Equatable, Sendable {
    /// Offloads to switch, each with the place that asks for it.
    var offloads: [Offload: Setting<Bool>] = [:]
    /// Speed, duplex and negotiation.
    var link = LinkSettings()

    /// The settings without those that nothing asks for.
    var asRecorded: EthtoolSettings {
        EthtoolSettings(offloads: offloads.filter { $0.value.origin != .standard }, link: link)
    }

    /// Whether there is anything to set on the link itself.
    var hasLinkSettings: Bool { link != LinkSettings() }
}
