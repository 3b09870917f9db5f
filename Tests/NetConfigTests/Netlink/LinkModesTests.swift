import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("link settings keep what a device can do")
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

    @Test(arguments: [LinkModes.Form.masks(words: 2), .legacy])
    func `both structures take and give the same settings`(form: LinkModes.Form) {
        for speed in [10, 1000, 100_000] {
            var modes = gigabitCard(form)
            let settings = LinkSettings(speed: speed, duplex: .half, autonegotiation: false)
            modes.change(to: settings)
            #expect(modes.settings.fulfil(settings) && modes.settings.advertised == [])
            #expect(offered(modes) == 0)
        }
    }

    @Test(arguments: [LinkModes.Form.masks(words: 2), .legacy])
    func `what is not asked for stays`(form: LinkModes.Form) {
        var modes = gigabitCard(form)
        modes.change(to: LinkSettings(speed: 100, duplex: .full, autonegotiation: false))
        modes.change(to: LinkSettings(speed: 10))
        #expect(modes.settings == LinkSettings(speed: 10, duplex: .full, autonegotiation: false, advertised: []))
    }

    @Test(arguments: [
        LinkModes.Form.masks(words: 2), .legacy,
    ])
    func `with negotiation, a speed restricts what is offered, flow control stays`(form: LinkModes.Form) {
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

    @Test
    func `an unknown speed and duplex mode are nil`() {
        var modes = LinkModes(.masks(words: 1))
        modes.command.replaceSubrange(4..<9, with: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(modes.settings == LinkSettings(autonegotiation: false, advertised: []))
        modes = LinkModes(.legacy)
        modes.command.replaceSubrange(12..<15, with: [0xFF, 0xFF, 0xFF])
        #expect(modes.settings == LinkSettings(autonegotiation: false, advertised: []))
    }

    @Test(arguments: [LinkModes.Form.masks(words: 2), .legacy])
    func `negotiation after a fixed speed offers all, and what was offered before comes back`(form: LinkModes.Form)
        throws
    {
        var modes = gigabitCard(form)
        modes.change(
            to: LinkSettings(
                speed: 1000, duplex: .full, autonegotiation: true, advertised: [0b0000_0000_0110_0011]))
        let before = modes.settings
        #expect(offered(modes) == 0b0000_0000_0110_0011 && before.advertised == [0b0000_0000_0110_0011])
        modes.change(to: LinkSettings(speed: 100, duplex: .full, autonegotiation: false))
        modes.change(to: LinkSettings(autonegotiation: true))
        #expect(offered(modes) == 0b0010_0000_0110_1111)
        modes.change(to: before)
        #expect(modes.settings == before && offered(modes) == 0b0000_0000_0110_0011)
        // More modes than the structure has room for.
        modes.change(to: LinkSettings(advertised: [1, 2, 3, 4]))
        #expect(modes.settings.advertised == (form == .legacy ? [1] : [1, 2]))
        #expect(modes.setCommand.count == (form == .legacy ? 44 : 48 + 24))
    }

    @Test
    func `the planner sends the record's wish and nothing else; the undo gives back what was offered`() throws {
        let (eth0, fixed) = try (
            #require(DeviceName("eth0")),
            LinkSettings(speed: 100, duplex: .full, autonegotiation: false, advertised: [])
        )
        let negotiating = LinkSettings(speed: 1000, duplex: .full, autonegotiation: true, advertised: [0x2F])
        for (keys, current, wish, undo) in [
            (["ethtool-autoneg": "on"], fixed, "autoneg on", "speed 100 duplex full autoneg off"),
            (["ethtool-speed": "100"], negotiating, "speed 100", "speed 1000 duplex full autoneg on advertise 0x2f"),
            (["ethtool-autoneg": "on"], negotiating, nil, nil),
            (
                ["ethtool-speed": "100", "ethtool-autoneg": "on"], fixed, "speed 100 autoneg on",
                "speed 100 duplex full autoneg off"
            ),
        ] as [([String: String], LinkSettings, String?, String?)] {
            var pif = PIF(
                ref: try #require(Ref("pif")), uuid: "pif", device: eth0, network: try #require(Ref("network")))
            pif.otherConfig = OtherConfig(keys, of: .pif)
            let network = Network(ref: pif.network, uuid: "network", bridge: nil)
            var model = NetworkModel()
            (model.pifs, model.networks) = ([pif.ref: pif], [network.ref: network])
            let link = Link(kind: .other(nil), mac: MACAddress("52:54:00:00:00:10"), settings: current)
            let plan = try Planner.plan(
                Request(.up, pif.ref), model: model, facts: HostFacts(datapath: .bridge),
                observed: ObservedState(links: [eth0: link]))
            let step = plan.steps.first { if case .setLinkSettings = $0.action { true } else { false } }
            #expect(step?.action.description == wish.map { "set eth0 link \($0)" })
            #expect(step?.undo.map(\.description) == undo.map { ["set eth0 link \($0)"] })
            let end = plan.steps.reduce(into: plan.start) { $0.apply($1.action) }
            let again = try Planner.plan(
                Request(.up, pif.ref), model: model, facts: HostFacts(datapath: .bridge), observed: end)
            #expect(again.steps.isEmpty, "\(again.text())")
        }
    }
}
