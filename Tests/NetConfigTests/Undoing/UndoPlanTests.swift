import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// What `undo` plans, on a host with one management bridge.
@Suite struct UndoPlanTests {
    /// A host that was brought up, with a run that was then made.
    private struct Mistake {
        var host: PlannedHost
        var run: UndoneRun
        var start: ObservedState

        init(_ datapath: Datapath = .bridge, _ number: Int = 12, _ verb: Verb = .down, _ bridge: String = "xenbr0")
            throws
        {
            host = try PlannedHost(datapath, "two-cards")
            try host.up()
            start = host.state
            let request = Request(verb, try host.model.pif(onDevice: bridge).ref)
            let plan = try Planner.plan(request, model: host.model, facts: host.facts, observed: host.state)
            run = UndoneRun(number, "\(verb) \(bridge)", [WayBack(of: plan.steps.map(\.action), from: host.state)])
            for step in plan.steps { host.state.happen(step.action) }
            host.state = host.state.settled
        }

        func undo() throws -> Plan { try Planner.planUndo([run], on: host.facts.datapath, observed: host.state) }

        mutating func carryOut(_ plan: Plan) {
            for step in plan.steps { host.state.happen(step.action) }
            host.state = host.state.settled
        }
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `a management bridge that was taken down comes back whole`(datapath: Datapath) throws {
        var mistake = try Mistake(datapath)
        let plan = try mistake.undo()
        #expect(plan.notices == ["takes back run 12 (`down xenbr0`)"])
        #expect(plan.warnings == [] && plan.shortfalls == [])
        for step in plan.steps { #expect(step.reason.begins(with: "before run 12 (`down xenbr0`)"), "\(step.reason)") }
        mistake.carryOut(plan)
        #expect(mistake.host.state.withoutLeases == mistake.start.withoutLeases)
        let again = try mistake.undo()
        #expect(again.steps.isEmpty && again.notices == ["nothing is left of run 12 (`down xenbr0`) to take back"])
        #expect(again.text().includes("nothing to do: nothing is left to take back"), "\(again.text())")
    }

    @Test func `an undo of an undo says what it does again`() throws {
        let mistake = try Mistake()
        let undo = try mistake.undo()
        let run = UndoneRun(
            13, "undo", [WayBack(of: undo.steps.map(\.action), from: mistake.host.state)],
            tookBack: [mistake.run.name])
        let redo = try Planner.planUndo([run], on: .bridge, observed: undo.end.settled)
        #expect(redo.notices == ["takes back run 13 (`undo`), so that run 12 (`down xenbr0`) is done again"])
    }

    @Test func `an address that comes back on another device is not lost for good`() throws {
        var mistake = try Mistake()
        let address = try #require(mistake.start.links.first { $0.key.text == "xenbr0" }?.value.addresses.first)
        try mistake.host.meddle("eth1") { ($0.isUp, $0.addresses) = (true, [address]) }
        let text = try mistake.undo().text()
        let line = "\(address.prefix.address) (moves from eth1 to xenbr0) loses traffic temporarily"
        #expect(text.includes(line), "\(text)")
    }

    @Test func `what the host is reached by must succeed, and what else comes back may fail`() throws {
        let plan = try Mistake().undo()
        for step in plan.steps {
            switch step.action {
            case .createLink, .setMaster, .setUp: #expect(step.onFailure == .rollBack, "\(step.action)")
            case .addAddress: #expect(step.onFailure != .warn, "\(step.action)")
            case .setMTU, .replaceFile, .setOffload: #expect(step.onFailure == .warn, "\(step.action)")
            default: break
            }
        }
        #expect(plan.steps.contains { if case .addAddress = $0.action { true } else { false } })
    }

    @Test func `a setting that others have changed since is kept, and named`() throws {
        var mistake = try Mistake()
        try mistake.host.meddle("eth0") { $0.mtu = 4000 }
        let plan = try mistake.undo()
        #expect(plan.notices.contains("MTU of eth0 was changed to 4000 since run 12: kept"))
        mistake.carryOut(plan)
        #expect(try mistake.host.link("eth0").mtu == 4000)
        #expect(try mistake.host.link("eth0").master?.text == "xenbr0")
    }

    @Test func `a card that was moved elsewhere since goes back to the bridge that needs it`() throws {
        var mistake = try Mistake()
        let other = try #require(DeviceName("br9"))
        mistake.host.state.links[other] = Link(
            kind: .bridge(BridgeAttributes()), mac: MACAddress(bits: 0x5254_0000_9999), isUp: true)
        try mistake.host.meddle("eth0") { ($0.master, $0.isUp) = (other, true) }
        let plan = try mistake.undo()
        #expect(
            plan.warningTexts.contains("eth0: was moved to br9 since run 12, and goes back to xenbr0"),
            "\(plan.warningTexts)")
        mistake.carryOut(plan)
        #expect(try mistake.host.link("eth0").master?.text == "xenbr0")
        #expect(mistake.host.state.links[other] != nil)
    }

    @Test func `an address that others have given another device since goes back to its own`() throws {
        var mistake = try Mistake()
        let address = try #require(mistake.start.links.first { $0.key.text == "xenbr0" }?.value.addresses.first)
        try mistake.host.meddle("eth1") { $0.addresses.append(address) }
        let plan = try mistake.undo()
        let text = "eth1: has \(address.prefix.address), which goes back to xenbr0: it is removed here"
        #expect(plan.warningTexts.contains(text), "\(plan.warningTexts)")
        mistake.carryOut(plan)
        #expect(try mistake.host.link("eth1").addresses == [])
        #expect(try mistake.host.link("xenbr0").addresses == [address])
    }

    @Test func `a device of another kind that has the name makes room`() throws {
        var mistake = try Mistake()
        let name = try #require(DeviceName("xenbr0"))
        mistake.host.state.links[name] = Link(kind: .other("dummy"), mac: MACAddress(bits: 0x5254_0000_7777))
        let plan = try mistake.undo()
        #expect(
            plan.warningTexts.contains(
                "xenbr0: is a device of kind dummy since run 12; it makes room for a Linux bridge"),
            "\(plan.warningTexts)")
        mistake.carryOut(plan)
        #expect(mistake.host.state.withoutLeases == mistake.start.withoutLeases)
    }

    @Test func `nothing is done where no card is there that the run knew`() throws {
        var mistake = try Mistake()
        let name = try #require(DeviceName("eth0"))
        mistake.host.state.links[name] = nil
        let error = #expect(throws: PlanError.self) { _ = try mistake.undo() }
        let text = "\(try #require(error))"
        #expect(text.includes("nothing of run 12 (`down xenbr0`) can be taken back: eth0 is gone"), "\(text)")
        // One that is only gone says nothing of the host.
        #expect(!text.includes("another host's"), "\(text)")
    }

    @Test func `a bridge is told to come back without its card, which the run had left alone`() throws {
        var mistake = try Mistake(.openvswitch)
        #expect(try mistake.undo().shortfalls.isEmpty)
        let name = try #require(DeviceName("eth0"))
        // As where a VLAN keeps the bridge.
        mistake.run.changes[0].before.links[name] = nil
        mistake.run.changes[0].after.links[name] = nil
        #expect(try mistake.undo().shortfalls.isEmpty)
        mistake.host.state.links[name] = nil
        let shortfalls = try mistake.undo().shortfalls.map { "\($0)" }
        #expect(shortfalls.count == 1 && shortfalls[0].includes("xenbr0"), "\(shortfalls)")
        #expect(shortfalls.joined().includes("comes back without a network card, and cannot be reached"))
    }

    @Test func `the addresses of a bridge that gets its MAC address back are announced, by a rollback too`() throws {
        var host = try PlannedHost(.bridge, "two-cards")
        try host.up()
        let name = try #require(DeviceName("xenbr0"))
        let addresses = try #require(host.state.links[name]?.addresses.map(\.prefix.address))
        let change = Action.setMAC(name, try #require(MACAddress("02:00:00:00:00:99")))
        var changed = host.state
        changed.apply(change)
        #expect(changed.links[name]?.mac != host.state.links[name]?.mac && !addresses.isEmpty)
        let undo = StateTransition.actions(from: changed, to: host.state)
        #expect(undo.contains(Action.announce(name, addresses)), "\(undo)")
        let rollback = WayBack(of: [change], from: host.state).rollback.actions(from: changed)
        #expect(rollback.contains(Action.announce(name, addresses)), "\(rollback)")
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `a bridge that a run made goes although its card is gone, and the card is named`(datapath: Datapath) throws {
        var mistake = try Mistake(datapath, 12, .up, "xenbr1")
        let name = try #require(DeviceName("eth1"))
        mistake.host.state.links[name] = nil
        let plan = try mistake.undo()
        #expect(
            plan.warningTexts.contains("eth1: is gone; what was set on it cannot come back"), "\(plan.warningTexts)")
        mistake.carryOut(plan)
        #expect(mistake.host.state.links.keys.contains { $0.text == "xenbr1" } == false, "\(plan.text())")
        #expect(mistake.host.state.links.keys.contains { $0.text == "xenbr0" })
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `a card that is another one by now is left alone`(datapath: Datapath) throws {
        var mistake = try Mistake(datapath)
        try mistake.host.meddle("eth0") {
            ($0.mac, $0.permanentMAC) = (MACAddress(bits: 0x5254_00EE_EEEE), MACAddress(bits: 0x5254_00EE_EEEE))
        }
        let before = mistake.host.state
        let error = #expect(throws: PlanError.self) { _ = try mistake.undo() }
        #expect("\(try #require(error))".includes("eth0 is not the card that run 12 (`down xenbr0`) found"))
        #expect(mistake.host.state == before)
    }

    /// The card was replaced, and the host has been brought up on the new one.
    @Test func `the MAC address of a card that was replaced does not come back`() throws {
        var mistake = try Mistake(.bridge, 11, .up, "xenbr1")
        let request = Request(.down, try mistake.host.model.pif(onDevice: "xenbr1").ref)
        let down = try Planner.plan(
            request, model: mistake.host.model, facts: mistake.host.facts, observed: mistake.host.state)
        mistake.run = UndoneRun(12, "down xenbr1", [WayBack(of: down.steps.map(\.action), from: mistake.host.state)])
        mistake.carryOut(down)
        let (old, new) = (try #require(try mistake.host.link("eth1").mac), MACAddress(bits: 0x5254_00EE_EEEE))
        try mistake.host.meddle("eth1") { ($0.mac, $0.permanentMAC) = (new, new) }
        let card = try #require(DeviceName("eth0"))
        mistake.run.changes.append(WayBack(of: [.setUp(card)], from: mistake.start))
        let plan = try mistake.undo()
        #expect(plan.warningTexts.contains { $0.contains("eth1: is not the card") }, "\(plan.warningTexts)")
        #expect(!plan.end.links.values.contains { $0.mac == old }, "\(plan.text())")
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `a bridge that others use by now stays without the addresses of the run`(datapath: Datapath) throws {
        var mistake = try Mistake(datapath, 12, .up, "xenbr1")
        let (tap, bridge) = (try #require(DeviceName("tap8.0")), try #require(DeviceName("xenbr1")))
        mistake.host.state.links[tap] = Link(kind: .other("tun"), isUp: true)
        if datapath == .bridge {
            mistake.host.state.links[tap]?.master = bridge
        } else {
            mistake.host.state.vswitch?.bridges["xenbr1"]?.insert(tap.text)
            mistake.host.state.vswitch?.ports[tap.text] = VswitchRow(members: [tap.text])
            mistake.host.state.vswitch?.interfaces[tap.text] = VswitchRow()
        }
        let plan = try mistake.undo()
        #expect(plan.warningTexts.contains { $0.contains("xenbr1: stays: ") }, "\(plan.warningTexts)")
        mistake.carryOut(plan)
        #expect(try mistake.host.link("xenbr1").addresses.isEmpty, "\(plan.text())")
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `what others gave a device that goes is named`(datapath: Datapath) throws {
        var mistake = try Mistake(datapath, 12, .up, "xenbr1")
        let address = try #require(IPPrefix("198.51.100.99/24"))
        try mistake.host.meddle("xenbr1") { $0.addresses.append(LinkAddress(address)) }
        let plan = try mistake.undo()
        #expect(
            plan.warningTexts.contains(
                "xenbr1: had 198.51.100.99/24 added since run 12; it goes with the device"), "\(plan.warningTexts)")
    }

    @Test func `a file that others have changed since is kept, and named`() throws {
        var mistake = try Mistake()
        let path = HostFile.resolver
        let action = Action.replaceFile(path, before: FileContents("old\n"), after: FileContents("new\n"))
        mistake.run.changes.append(
            WayBack(of: [action], from: ObservedState(files: [path: FileContents("old\n")])))
        mistake.host.state.files[path] = FileContents("theirs\n")
        #expect(try mistake.undo().notices.contains("/etc/resolv.conf was changed since run 12: kept"))
        mistake.host.state.files[path] = FileContents("new\n")
        let plan = try mistake.undo()
        #expect(
            plan.steps.contains {
                $0.action == .replaceFile(path, before: FileContents("new\n"), after: FileContents("old\n"))
            })
    }

    /// As two resets do with the cache: each moves it out of the way, and writes its own.
    @Test func `a file that was moved out of the way twice comes back in one move, and can be put back`() throws {
        let path = try #require(HostFile.caches.first)
        let asides = Array(HostFile.asides(of: path).prefix(2))
        let texts = ["first", "second", "third"].map { FileContents($0) }
        var start = ObservedState()
        start.filesByName = [path]
        func run(_ number: Int, _ aside: String, _ text: FileContents) -> UndoneRun {
            UndoneRun(
                number, "reset",
                [
                    WayBack(of: [.moveFile(path, to: aside)], from: start),
                    WayBack(of: [.replaceFile(path, before: nil, after: text)], from: ObservedState()),
                ])
        }
        let runs = [run(1, asides[0], texts[1]), run(2, asides[1], texts[2])]
        let scope = ObservationScope(takingBack: runs.flatMap(\.changes))
        #expect(scope.files.isSuperset(of: asides + [path]), "what is in them is looked at")
        var now = ObservedState(files: [path: texts[2], asides[0]: texts[0], asides[1]: texts[1]])
        now.filesByName = Set(now.files.keys)
        let plan = try Planner.planUndo(runs, on: .bridge, observed: now)
        #expect(plan.end.files == [path: texts[0]], "\(plan.text())")
        #expect(plan.notices.count == 1 && plan.warnings.isEmpty, "\(plan.text())")
        let actions = plan.steps.map(\.action)
        #expect(actions.count { if case .moveFile = $0 { true } else { false } } == 1, "\(plan.text())")
        for count in 0...actions.count {
            var reached = actions.prefix(count).reduce(now) { $0.applying($1) }
            reached.filesByName = Set(reached.files.keys)
            let back = Rollback(before: now, actions: actions).actions(from: reached)
            #expect(back.reduce(reached) { $0.applying($1) }.files == now.files, "after \(count): \(back)")
        }
    }

    @Test func `a file that no run writes is never written, whatever a record says`() throws {
        var mistake = try Mistake()
        let path = "/etc/shadow"
        let action = Action.replaceFile(path, before: FileContents("root::\n"), after: nil)
        mistake.run.changes.append(WayBack(of: [action], from: ObservedState(files: [path: FileContents("root::\n")])))
        let plan = try mistake.undo()
        #expect(!plan.steps.contains { if case .replaceFile(path, _, _) = $0.action { true } else { false } })
    }

    @Test func `a record with a VLAN on itself is refused`() throws {
        let (one, other) = (try #require(DeviceName("a")), try #require(DeviceName("b")))
        var before = ObservedState()
        before.links[one] = Link(kind: .vlan(VLANAttributes(parent: other, tag: 1)))
        before.links[other] = Link(kind: .vlan(VLANAttributes(parent: one, tag: 2)))
        let change = WayBack(of: [.setMaster(one, nil), .setMaster(other, nil)], from: before)
        let error = #expect(throws: PlanError.self) {
            _ = try Planner.planUndo([UndoneRun(3, "up a", [change])], on: .bridge, observed: ObservedState())
        }
        #expect(
            "\(try #require(error))"
                == "the record of run 3 (`up a`) is damaged: a is a VLAN on itself; nothing was changed")
    }
}
