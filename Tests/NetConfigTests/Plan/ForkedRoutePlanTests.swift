import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// Default routes over several devices at once.
@Suite("routes over several devices")
struct ForkedRoutePlanTests {
    private static let gateway = "default via 192.0.2.1 dev xenbr0 proto static"

    /// A default route over two devices, as an administrator would have it.
    private static func forked(_ first: String, _ second: String, _ origin: Route.Origin = .boot) throws -> Route {
        var route = Route(.any(.v4), origin: origin)
        route.fork = .legs([
            RouteFork.Leg(gateway: IPAddress("192.0.2.254"), device: try name(first)),
            RouteFork.Leg(gateway: IPAddress("198.51.100.254"), weight: 3, device: try name(second)),
        ])
        return route
    }

    @Test(arguments: Datapath.allCases, [3, 4, 12] as [UInt8])
    func `a default route over several of our devices makes room, before they may go, and comes back last`(
        _ datapath: Datapath, _ origin: UInt8
    ) throws {
        var host = try PlannedHost(datapath, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.meddle { $0.routes = [] }
        host.state.otherRoutes = [
            OtherRoute(forked: try Self.forked("xenbr1", "xenbr0", Route.Origin(rawValue: origin)))
        ]
        let start = host.state
        let plan = try host.up()
        #expect(plan.warnings.isEmpty && host.state.otherRoutes == [])
        #expect(
            plan.actionTexts.first?.hasPrefix(
                "remove route default over several routers (192.0.2.254 on xenbr1, 198.51.100.254 on xenbr0)") == true)
        #expect(try host.routes() == [Self.gateway])
        for action in plan.steps.reversed().flatMap(\.undo) { host.state.happen(action) }
        #expect(host.state.otherRoutes == start.otherRoutes)
        // The way back from a run that was killed knows it too.
        var killed = start
        for step in plan.steps { killed.happen(step.action) }
        let back = Rollback(before: start, actions: plan.steps.map(\.action)).actions(from: killed)
        for action in back { killed.happen(action) }
        #expect(killed.otherRoutes == start.otherRoutes, "\(back)")
    }

    @Test
    func `one that goes partly over another program's device stays, and is named`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up("xenbr0", "xenbr1")
        try host.meddle { $0.routes = [] }
        host.state.otherRoutes = [OtherRoute(forked: try Self.forked("xenbr0", "wg0"))]
        let plan = try host.up()
        #expect(plan.steps.isEmpty)
        let words = "default nexthop via 192.0.2.254 dev xenbr0 weight 1 nexthop via 198.51.100.254 dev wg0 weight 3"
        #expect(plan.warningTexts.contains { $0.contains("exists ('\(words)')") }, "\(plan.warningTexts)")
        host.model.pifs[try host.model.pif(onDevice: "xenbr0").ref]?.ipv4.gateway = nil
        host.state.otherRoutes = [OtherRoute(forked: try Self.forked("xenbr0", "xenbr1"))]
        #expect(try host.plan().steps.isEmpty, "as long as nothing comes in its place it stays")
    }
}
