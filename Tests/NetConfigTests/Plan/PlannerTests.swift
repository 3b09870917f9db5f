import Testing

@testable import NetConfigCore

@Suite struct PlannerTests {
    @Test
    func `a PIF that stands for SR-IOV virtual functions has nothing to do`() throws {
        var (model, state) = try Self.host(cards: 1)
        let pif = try #require(model.pifsInOrder.first)
        model.pifs[pif.ref]?.sriovLogicalPIFOf = ["sriov"]
        for verb in [Verb.up, .down] {
            (state.links, state.vswitch) = ([:], VswitchState())
            let plan = try Planner.plan(
                Request(verb, pif.ref), model: model, facts: HostFacts(datapath: .openvswitch), observed: state)
            #expect(plan.steps.isEmpty)
            #expect(plan.notices == ["PIF eth0 is the PIF of an SR-IOV virtual function: there is nothing to do"])
        }
    }

    @Test(arguments: [Verb.up, .down])
    func `a request for a PIF of another host is an error`(verb: Verb) throws {
        let (model, state) = try Self.host(cards: 1)
        let stranger = try #require(Ref<PIF>("stranger"))
        let error = #expect(throws: PlanError.self) {
            try Planner.plan(
                Request(verb, stranger), model: model, facts: HostFacts(datapath: .bridge), observed: state)
        }
        #expect(error?.pif == stranger && error?.rule == .unknown)
        #expect(error?.description == "there is no PIF stranger in the records")
    }

    @Test(arguments: Datapath.allCases, [Verb.up, .down])
    func `what was not looked at does not count as absent`(datapath: Datapath, verb: Verb) throws {
        var (model, state) = try Self.host(cards: 2)
        let (first, second) = (model.pifsInOrder[0], model.pifsInOrder[1])
        for pif in [first, second] { model.pifs[pif.ref]?.management = true }
        if datapath == .openvswitch { state.vswitch = VswitchState() }
        func rule(_ scope: ObservationScope?) -> PlanError.Rule? {
            state.scope = scope
            do throws(PlanError) {
                let plan = try Planner.plan(
                    Request(verb, first.ref), model: model, facts: HostFacts(datapath: datapath), observed: state)
                return plan.steps.isEmpty && verb == .up ? .unknown : nil
            } catch {
                #expect(error.pif == first.ref)
                return error.rule
            }
        }
        let scope = ObservationScope(for: Request(verb, first.ref), in: model)
        #expect(rule(nil) == nil && rule(scope) == nil)
        #expect(rule(ObservationScope(for: [first, second].map { Request(verb, $0.ref) }, in: model)) == nil)
        for other in [
            ObservationScope(showing: model), ObservationScope(for: Request(verb, second.ref), in: model),
        ] {
            guard case .notObserved = rule(other) else {
                Issue.record("\(other) passes for \(scope)")
                continue
            }
        }
        for narrow in [
            { $0.devices = [] }, { $0.managementDevices = [] }, { $0.files = [] }, { $0.directories = [] },
            { $0.programs = [] },
        ] as [(inout ObservationScope) -> Void] {
            var other = scope
            narrow(&other)
            guard case .notObserved = rule(other) else {
                Issue.record("\(other) passes for \(scope)")
                continue
            }
        }
    }

    @Test
    func `a state without Open vSwitch's rows is not one of a host that uses it`() throws {
        let (model, state) = try Self.host(cards: 1)
        let error = #expect(throws: PlanError.self) {
            try Planner.plan(
                Request(.up, model.pifsInOrder[0].ref), model: model, facts: HostFacts(datapath: .openvswitch),
                observed: state)
        }
        #expect(
            error?.description
                == "cannot plan: the state lacks the rows of Open vSwitch; observe the host with the scope of these requests"
        )
    }

    /// A host with some cards, each on a bridge of its own and with an address.
    private static func host(cards: Int) throws -> (NetworkModel, ObservedState) {
        var model = NetworkModel()
        var state = ObservedState()
        for index in 0..<cards {
            let name = try #require(DeviceName("eth\(index)"))
            let (ref, network) = (try #require(Ref<PIF>("pif\(index)")), try #require(Ref<Network>("network\(index)")))
            let bridge = try #require(DeviceName("xenbr\(index)"))
            model.networks[network] = Network(ref: network, uuid: "network\(index)", bridge: bridge)
            var pif = PIF(ref: ref, uuid: "pif\(index)", device: name, network: network)
            pif.mac = MACAddress(bits: 0x5254_0000_0000 + UInt64(index))
            pif.ipv4.mode = .static
            pif.ipv4.address = .v4(0xC000_0200 + UInt32(index % 250) + 1)
            pif.ipv4.netmask = IPAddress("255.255.255.0")
            model.pifs[ref] = pif
            state.links[name] = Link(kind: .other(nil), mac: pif.mac, ipv6: IPv6Settings(acceptRA: 1, autoconf: true))
        }
        return (model, state)
    }
}
