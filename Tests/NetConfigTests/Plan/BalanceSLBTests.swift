import Testing

@testable import NetConfigCore

/// XenServer's bonding mode on the Linux bridge, which only its own kernel has.
@Suite("balance-slb on the Linux bridge")
struct BalanceSLBTests {
    private func host(_ hasBalanceSLB: Bool?, mode: String = "active-backup") throws -> FieldHost {
        var host = try FieldHost(.bridge)
        host.state.hasBalanceSLB = hasBalanceSLB
        for ref in Array(host.model.bonds.keys) { host.model.bonds[ref]?.mode = mode }
        return host
    }

    private func mode(_ host: FieldHost) -> String? {
        guard case .bond(let attributes) = host.link("bond0")?.kind else { return nil }
        return attributes.mode
    }

    @Test
    func `a kernel that has it gets it; elsewhere one link is used at a time, with a warning`() throws {
        for (answer, expected, words) in [
            (true, "balance-slb", nil), (false, "active-backup", "this kernel does not support balance-slb"),
            (nil, "active-backup", "the bonding driver is not loaded"),
        ] as [(Bool?, String, String?)] {
            var host = try host(answer, mode: "balance-slb")
            let plan = try host.run(.up, "xapi0")
            #expect(mode(host) == expected)
            #expect(plan.complaints.contains { $0.includes("balance-slb") } == (words != nil))
            if let words { #expect(plan.complaints.contains { $0.includes(words) }) }
        }
    }

    @Test
    func `a running bond of that mode is understood, and left as it is`() throws {
        var host = try host(true, mode: "balance-slb")
        try host.run(.up, "xapi0")
        host.state.hasBalanceSLB = nil
        let plan = try host.plan(.up, "xapi0")
        #expect(plan.steps.isEmpty && plan.warnings.isEmpty, "\(plan.text())")
        let overview = try Overview(of: host.model, facts: host.facts, state: host.state, source: "cache")
        #expect(!overview.hasDrift)
    }

    @Test
    func `a bond gets the mode, and loses it, while it has no slaves`() throws {
        var host = try host(true)
        try host.run(.up, "xapi0")
        for ref in Array(host.model.bonds.keys) { host.model.bonds[ref]?.mode = "balance-slb" }
        let plan = try host.run(.up, "xapi0")
        let bond = try name("bond0")
        #expect(plan.steps.contains { $0.action == .setBondMode(bond, "balance-slb") })
        #expect(mode(host) == "balance-slb")
        let script = plan.shell(title: "up", places: ShellPlaces())
        #expect(script.includes("echo 7 >\"/sys/class/net/\"bond0/bonding/mode"), "\(script)")
    }

    @Test
    func `only requests for such a bond ask the kernel, and a state that was not asked does not do for them`() throws {
        let slb = try host(nil, mode: "balance-slb"), other = try host(nil)
        func scope(_ host: FieldHost, _ device: String) throws -> ObservationScope {
            ObservationScope(for: Request(.up, try host.pif(device).ref), in: host.model)
        }
        #expect(try scope(slb, "xapi0").wantsBalanceSLB == true && scope(slb, "xenbr2").wantsBalanceSLB == nil)
        #expect(try scope(other, "xapi0").wantsBalanceSLB == nil)
        #expect(try scope(other, "xapi0").gap(to: scope(slb, "xapi0")) == "the kernel's bonding modes")
        #expect(ObservationScope(showing: slb.model).wantsBalanceSLB == true)
    }
}
