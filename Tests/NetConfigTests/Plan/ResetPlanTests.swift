import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// What a reset plans beside the network itself.
@Suite("the plan of a reset")
struct ResetPlanTests {
    /// The plan, or the refusal, on a host with one card and these files; those whose contents do not matter are there.
    private func plan(
        _ reset: NetworkReset = NetworkReset(), files: [String: FileContents] = [:], present: Set<String> = [],
        obstacles: [String: String]? = nil
    ) throws -> Plan {
        let card = try #require(DeviceName("eth0"))
        var management = ManagementCache(bridge: try #require(DeviceName("xenbr0")), device: card)
        management.ipv4.mode = .dhcp
        let model = management.model
        let pif = try #require(model.pifs.keys.first)
        var state = ObservedState(links: [card: Link(kind: .other(nil), mac: MACAddress(bits: 1 << 41))], files: files)
        (state.filesByName, state.obstacles) = (present, obstacles)
        return try Planner.plan(
            Request(.up, pif, isManagement: true, takesCards: true, reset: reset), model: model,
            facts: HostFacts(datapath: .bridge), observed: state)
    }

    private static let inventory = [HostFile.inventory: FileContents("A='b'\nMANAGEMENT_INTERFACE='old'\n")]

    @Test func `files come before the network, and what cannot be written takes everything back`() throws {
        let plan = try plan(files: Self.inventory, present: [HostFile.networkdDatabase, HostFile.interfaceRename])
        let files = plan.steps.prefix { if case .createLink = $0.action { false } else { true } }
        #expect(
            files.map(\.action.description) == [
                "write file /etc/firstboot.d/data/management.conf", "write file /etc/xensource-inventory.before-reset",
                "replace file /etc/xensource-inventory",
                "move file /var/lib/xcp/networkd.db to /var/lib/xcp/networkd.db.before-reset",
                "write file /var/tmp/network-reset",
            ])
        #expect(files.allSatisfy { $0.onFailure == .rollBack })
        guard case .replaceFile(_, _, let inventory?) = files[2].action else { return _ = try #require(nil as Int?) }
        #expect(inventory.text == "A='b'\nMANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES=''\n")
        #expect(plan.steps.count > files.count)
    }

    @Test func `what was moved away before is kept, as long as there are names`() throws {
        let asides = HostFile.asides(of: HostFile.networkdDatabase)
        try #require(asides.count == 99)
        let plan = try plan(present: Set([HostFile.networkdDatabase] + asides.prefix(2)))
        #expect(plan.steps.map(\.action).contains(.moveFile(HostFile.networkdDatabase, to: asides[2])))
        let error = #expect(throws: PlanError.self) {
            _ = try self.plan(present: Set([HostFile.networkdDatabase] + asides))
        }
        #expect(error?.description.contains("remove those of earlier resets") == true)
    }

    @Test func `a missing inventory is not made, and what is in the way of one refuses the reset`() throws {
        let missing = try plan()
        #expect(missing.warnings.contains { $0.description.contains("/etc/xensource-inventory") })
        #expect(!missing.steps.contains { $0.action.description.contains("inventory") })
        for file in [HostFile.inventory, HostFile.managementConfiguration, HostFile.networkReset] {
            let error = #expect(throws: PlanError.self) { _ = try plan(obstacles: [file: "it is a directory"]) }
            #expect(error?.description == "cannot write \(file), which XAPI reads at its next start: it is a directory")
        }
    }

    @Test func `another master is for the member of a pool`() throws {
        let reset = NetworkReset(master: .v4(0xC000_0209))
        let member = try plan(reset, files: [HostFile.pool: FileContents("slave:192.0.2.1\n", mode: 0o600)])
        let written = member.steps.compactMap { step in
            if case .replaceFile(HostFile.pool, _, let new?) = step.action { new } else { nil }
        }
        #expect(written == [FileContents("slave:192.0.2.9", mode: 0o600)])
        for files in [[:], [HostFile.pool: FileContents("master")]] {
            let error = #expect(throws: PlanError.self) { _ = try plan(reset, files: files) }
            #expect(error?.rule == .notPoolMember)
        }
    }
}
