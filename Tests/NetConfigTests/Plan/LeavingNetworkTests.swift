import Testing

@testable import NetConfigCore

/// Networks that give up their cards to one that is asked for.
@Suite("networks that give up their cards")
struct LeavingNetworkTests {
    @Test(arguments: Datapath.allCases)
    func `the default route of a VLAN on the bond that goes becomes the card's`(_ datapath: Datapath) throws {
        var host = try FieldHost(datapath)
        for ref in Array(host.model.pifs.keys) { host.model.pifs[ref]?.management = false }
        try host.run(.up, "xapi6")
        #expect(host.link("xapi6")?.routes.contains(where: \.isDefault) == true)
        let plan = try host.run(.up, "xenbr0")
        #expect(host.link("xenbr0")?.routes.contains(where: \.isDefault) == true, "\(plan.text())")
    }

    @Test
    func `a bridge goes although another VLAN's link, which goes too, is a port of it`() throws {
        var host = try FieldHost(.bridge)
        for bridge in ["xapi6", "xapi7"] { try host.run(.up, bridge) }
        try host.change("bond0.7") { $0.master = DeviceName("xapi6") }
        let plan = try host.run(.up, "xapi1")
        #expect(host.link("xapi6") == nil && host.link("xapi7") == nil, "\(plan.text())")
    }
}
