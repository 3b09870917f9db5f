import Testing

@testable import NetConfig

@Suite("Link settings keep what a device can do")
struct LinkModesTests {
    /// A card with twisted pair up to 1000 Mbit/s, negotiation (bit 6) and flow control (bit 13).
    private func gigabitCard(_ form: LinkModes.Form) -> LinkModes {
        var modes = LinkModes(form)
        let supported: UInt32 = 0b0010_0000_0110_1111
        modes.command.replaceSubrange(form == .legacy ? 4..<8 : 48..<52, with: supported.hostBytes)
        return modes
    }

    private func offered(_ modes: LinkModes) -> UInt32? {
        modes.command[(modes.form == .legacy ? 8 : 56)...].integer()
    }

    @Test("Both structures take and give the same settings", arguments: [LinkModes.Form.masks(words: 2), .legacy])
    func roundTrip(form: LinkModes.Form) {
        for speed in [10, 1000, 100_000] {
            var modes = gigabitCard(form)
            let settings = LinkSettings(speed: speed, duplex: .half, autonegotiation: false)
            modes.change(to: settings)
            #expect(modes.settings == settings)
            #expect(offered(modes) == 0)
        }
    }

    @Test("What is not asked for stays", arguments: [LinkModes.Form.masks(words: 2), .legacy])
    func partial(form: LinkModes.Form) {
        var modes = gigabitCard(form)
        modes.change(to: LinkSettings(speed: 100, duplex: .full, autonegotiation: false))
        modes.change(to: LinkSettings(speed: 10))
        #expect(modes.settings == LinkSettings(speed: 10, duplex: .full, autonegotiation: false))
    }

    @Test(
        "With negotiation, a speed restricts what is offered, flow control stays",
        arguments: [
            LinkModes.Form.masks(words: 2), .legacy,
        ])
    func negotiation(form: LinkModes.Form) {
        var modes = gigabitCard(form)
        modes.change(to: LinkSettings(autonegotiation: true))
        #expect(offered(modes) == 0b0010_0000_0110_1111)
        modes.change(to: LinkSettings(speed: 100, autonegotiation: true))
        #expect(offered(modes) == 0b0010_0000_0100_1100)
        modes.change(to: LinkSettings(speed: 100, duplex: .full))
        #expect(offered(modes) == 0b0010_0000_0100_1000)
        // A speed that the card does not have restricts nothing: the peers find one that both have.
        modes.change(to: LinkSettings(speed: 10000))
        #expect(offered(modes) == 0b0010_0000_0110_1111)
    }

    @Test("An unknown speed and duplex mode are nil")
    func unknown() {
        var modes = LinkModes(.masks(words: 1))
        modes.command.replaceSubrange(4..<9, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(modes.settings == LinkSettings(autonegotiation: false))
        modes = LinkModes(.legacy)
        modes.command.replaceSubrange(12..<15, with: [0xFF, 0xFF, 0xFF])
        #expect(modes.settings == LinkSettings(autonegotiation: false))
    }
}
