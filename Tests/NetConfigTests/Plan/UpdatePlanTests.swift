import Testing

@testable import NetConfigCore

/// What an update does, and what it says: the rules of each of its two names.
@Suite struct UpdatePlanTests {
    /// What controllers and administrators have made of a host with two bridges: `xenbr0`, which XAPI knows, with the
    /// management card and a bond's settings, and `br-own`, which it does not know.
    private static func rows(managers: [String]) -> VswitchState {
        func hardware(_ last: Int) -> [String: String] { ["hwaddr": "52:54:00:00:00:\(last)"] }
        var rows = VswitchState(
            bridges: [
                "xenbr0": VswitchRow(
                    columns: [
                        "fail_mode": .string("standalone"), "mirrors": .uuid("mirror-1"),
                        "other_config": .map(hardware(10).merging(["forward-bpdu": "true"]) { $1 }),
                        "external_ids": .map(["xs-network-uuids": "net-eth0"]),
                    ], members: ["eth0", "xenbr0"]),
                "br-own": VswitchRow(
                    columns: ["fail_mode": .string("secure"), "other_config": .map(["disable-in-band": "true"])],
                    members: ["br-own"]),
            ],
            ports: [
                "xenbr0": VswitchRow(members: ["xenbr0"]), "br-own": VswitchRow(members: ["br-own"]),
                "eth0": VswitchRow(
                    columns: ["other_config": .map(["priority-tags": "always"]), "tag": .integer(7)],
                    members: ["eth0"]),
            ],
            interfaces: [
                "xenbr0": VswitchRow(columns: ["type": .string("internal")]),
                "br-own": VswitchRow(columns: ["type": .string("internal")]),
                "eth0": VswitchRow(columns: ["ingress_policing_rate": .integer(1000)]),
            ])
        for target in managers { rows.managers[target] = VswitchRow() }
        return rows
    }

    private static func observed(
        _ managers: String..., change: (inout ObservedState) -> Void = { _ in }
    ) -> ObservedState {
        var observed = ObservedState(
            vswitch: rows(managers: managers),
            files: ["/etc/openvswitch/vswitchd.cacert": FileContents("the old controller's")],
            programs: ["/etc/xapi.d/plugins/firewall-port"])
        change(&observed)
        return observed
    }

    private static func model(
        pool: [String: String] = [:], network: [String: String] = [:]
    ) throws -> NetworkModel {
        var model = NetworkModel()
        let (poolRef, networkRef, pifRef) = try (
            #require(Ref<Pool>("pool")), #require(Ref<Network>("network")), #require(Ref<PIF>("pif"))
        )
        model.pool = Pool(ref: poolRef)
        model.pool?.otherConfig = OtherConfig(pool, of: .pool)
        model.networks[networkRef] = Network(ref: networkRef, uuid: "net-eth0", bridge: DeviceName("xenbr0"))
        model.networks[networkRef]?.otherConfig = OtherConfig(network, of: .network)
        var pif = PIF(ref: pifRef, uuid: "uuid-eth0", device: try #require(DeviceName("eth0")), network: networkRef)
        pif.mac = MACAddress("52:54:00:00:00:10")
        pif.management = true
        model.pifs[pifRef] = pif
        return model
    }

    private static let controller = VswitchController(address: "192.0.2.9")

    private func plan(
        _ plugin: VswitchPlugin, _ controller: VswitchController?, _ observed: ObservedState,
        _ model: NetworkModel? = nil
    ) throws -> UpdatePlan {
        let request = UpdateRequest(as: plugin, controller: controller, model: try model ?? Self.model())
        let update = Planner.planUpdate(request, observed: observed)
        try expectLaws(of: update, request, observed)
        return update
    }

    /// Planning again gives nothing, and steps then undos give back the start.
    private func expectLaws(of update: UpdatePlan, _ request: UpdateRequest, _ observed: ObservedState) throws {
        var state = observed
        for step in update.plan.steps { state.apply(step.action) }
        let again = Planner.planUpdate(request, observed: state)
        #expect(again.plan.steps.isEmpty && again.answer == "No change to configuration", "\(again)")
        for action in update.plan.steps.reversed().flatMap(\.undo) { state.apply(action) }
        #expect(state == observed)
        #expect(update.plan.steps.filter { if case .changeVswitch = $0.action { true } else { false } }.count <= 1)
        #expect(update.plan.steps.isEmpty == update.sentences.isEmpty)
    }

    // MARK: The controller

    @Test func `a new controller leaves nothing of the old one, in one change of rows`() throws {
        let update = try plan(.cfgUpdate, Self.controller, Self.observed("ssl:192.0.2.8:6640", "ptcp:6641"))
        #expect(
            update.plan.text(undo: true) == """
                remove file /etc/openvswitch/vswitchd.cacert  # XAPI has a new controller
                    - the old controller's
                    undo: write file /etc/openvswitch/vswitchd.cacert
                change Open vSwitch, in one transaction:  # XAPI has a new controller
                    set bridge br-own fail_mode secure -> standalone, other_config {disable-in-band=true} -> unset
                    set bridge xenbr0 mirrors mirror-1 -> unset, other_config {forward-bpdu=true, \
                hwaddr=52:54:00:00:00:10} -> {hwaddr=52:54:00:00:00:10}
                    set port eth0 other_config {priority-tags=always} -> unset
                    set interface eth0 ingress_policing_rate 1000 -> unset
                    remove manager ptcp:6641
                    remove manager ssl:192.0.2.8:6640
                    add manager ssl:192.0.2.9:6640
                    add ssl configuration (bootstrap_ca_cert=true, ca_cert=/etc/openvswitch/vswitchd.cacert, \
                certificate=/etc/xensource/xapi-ssl.pem, private_key=/etc/xensource/xapi-ssl.pem)
                    undo: change Open vSwitch, in one transaction:
                        remove ssl configuration (bootstrap_ca_cert=true, \
                ca_cert=/etc/openvswitch/vswitchd.cacert, certificate=/etc/xensource/xapi-ssl.pem, \
                private_key=/etc/xensource/xapi-ssl.pem)
                        remove manager ssl:192.0.2.9:6640
                        add manager ssl:192.0.2.8:6640
                        add manager ptcp:6641
                        set interface eth0 ingress_policing_rate unset -> 1000
                        set port eth0 other_config unset -> {priority-tags=always}
                        set bridge xenbr0 mirrors unset -> mirror-1, other_config {hwaddr=52:54:00:00:00:10} -> \
                {forward-bpdu=true, hwaddr=52:54:00:00:00:10}
                        set bridge br-own fail_mode standalone -> secure, other_config unset -> {disable-in-band=true}

                """)
        #expect(
            update.answer == """
                Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640. Updated the fail mode of br-own. \
                Updated the in-band control of br-own.
                """)
    }

    @Test func `no controller is a reset without one`() throws {
        let update = try plan(.cfgUpdate, nil, Self.observed("ssl:192.0.2.8:6640"))
        let lines = update.plan.text().split(separator: "\n")
        #expect(lines.contains("    remove manager ssl:192.0.2.8:6640"))
        #expect(!lines.contains { $0.contains("add ") })
        #expect(update.sentences.first == "Reset Open vSwitch and removed its controller ssl:192.0.2.8:6640.")
    }

    static let kept: [(VswitchPlugin, VswitchController?, [String])] = [
        (.cfgUpdate, nil, []), (.cfgUpdate, nil, ["ptcp:6640", "pssl:6640"]),
        (.cfgUpdate, controller, ["ssl:192.0.2.9:6632"]), (.cfgUpdate, controller, ["ssl:192.0.2.8", "ssl:192.0.2.9"]),
        (.configUpdate, nil, []), (.configUpdate, controller, ["ssl:192.0.2.9:6640"]),
        (.configUpdate, .passive, ["pssl:6640"]),
    ]

    @Test(arguments: kept)
    func `the same controller is left alone, with all that it set up`(
        _ plugin: VswitchPlugin, _ controller: VswitchController?, _ managers: [String]
    ) throws {
        let observed = Self.observed {
            for target in managers { $0.vswitch?.managers[target] = VswitchRow() }
            $0.vswitch?.bridges["br-own"] = nil
        }
        #expect(try plan(plugin, controller, observed).answer == "No change to configuration")
    }

    static let replaced: [(VswitchPlugin, VswitchController?, String)] = [
        (.configUpdate, nil, "ptcp:6640"), (.configUpdate, controller, "ssl:192.0.2.9:6632"),
        (.configUpdate, controller, "pssl:6640"), (.configUpdate, .passive, "ssl:192.0.2.9:6640"),
        (.cfgUpdate, controller, "tcp:192.0.2.9:6640"),
    ]

    @Test(arguments: replaced)
    func `another controller replaces the one that is there`(
        _ plugin: VswitchPlugin, _ controller: VswitchController?, _ manager: String
    ) throws {
        let update = try plan(plugin, controller, Self.observed(manager))
        #expect(update.sentences.first?.hasPrefix("Reset Open vSwitch and ") == true)
        #expect(update.plan.text().contains("remove manager \(manager)\n"))
    }

    @Test func `a controller that connects to the host has its own CA, and its port opened before and closed after`()
        throws
    {
        let opened = try plan(.configUpdate, .passive, Self.observed("ssl:192.0.2.9:6640"))
        #expect(
            opened.plan.text(undo: true).hasPrefix(
                """
                open TCP port 6640  # XAPI has a new controller
                    undo: close TCP port 6640
                remove file /etc/openvswitch/vswitchd.cacert
                """))
        #expect(
            opened.plan.text().contains(
                """
                    add ssl configuration (ca_cert=/etc/stunnel/certs/sdn-controller-ca.pem, \
                certificate=/etc/xensource/xapi-ssl.pem, private_key=/etc/xensource/xapi-ssl.pem)
                """))
        for controller in [nil, Self.controller] {
            let closed = try plan(.configUpdate, controller, Self.observed("pssl:6640"))
            #expect(closed.plan.text(undo: true).contains("close TCP port 6640  #"))
            #expect(closed.plan.text(undo: true).contains("    undo: open TCP port 6640\n"))
        }
        #expect(try !plan(.cfgUpdate, nil, Self.observed("ssl:192.0.2.8")).plan.text().contains("TCP port"))
    }

    @Test func `a host without a firewall program has nothing to close`() throws {
        let observed = Self.observed("pssl:6640") { $0.programs = [] }
        let closed = try plan(.configUpdate, nil, observed)
        #expect(closed.plan.warnings.map(\.subject) == ["/etc/xapi.d/plugins/firewall-port"])
        #expect(!closed.plan.text().contains("close TCP port 6640  #"))
        let opened = try plan(.configUpdate, .passive, Self.observed("ssl:192.0.2.9") { $0.programs = [] })
        #expect(opened.plan.text().hasPrefix("open TCP port 6640"), "what cannot be opened is a failure")
    }

    // MARK: The bridges

    static let settings: [([String: String], [String: String], String, String?)] = [
        ([:], [:], "standalone", nil),
        ([mode: "secure"], [:], "secure", nil),
        ([mode: "secure"], [mode: "standalone"], "standalone", nil),
        ([mode: "standalone"], [mode: "secure"], "secure", nil),
        ([mode: "secure"], [mode: "safe"], "secure", nil),
        ([mode: "safe"], [:], "standalone", nil),
        ([:], [inBand: "true"], "standalone", "true"),
        ([:], [inBand: "false"], "standalone", "false"),
    ]
    private static let (mode, inBand) = ("vswitch-controller-fail-mode", "vswitch-disable-in-band")

    @Test(arguments: settings)
    func `a bridge's fail mode and in-band control are its network's, else the pool's, else the defaults`(
        _ pool: [String: String], _ network: [String: String], _ failMode: String, _ disablesInBand: String?
    ) throws {
        let model = try Self.model(pool: pool, network: network)
        var observed = Self.observed()
        let update = try plan(.cfgUpdate, nil, observed, model)
        for step in update.plan.steps { observed.apply(step.action) }
        let row = try #require(observed.vswitch?.bridges["xenbr0"])
        #expect(row["fail_mode"] == .string(failMode))
        #expect(row["other_config"]?.stringMap["disable-in-band"] == disablesInBand)
        #expect(row["other_config"]?.stringMap["forward-bpdu"] == "true", "there is no reset")
        #expect(row["mirrors"] != nil)
    }

    @Test(
        arguments: [
            ("secure", [:], "secure"), ("secure", [mode: "standalone"], "secure"),
            ("standalone", [mode: "secure"], "standalone"), ("safe", [mode: "secure"], "secure"),
        ] as [(String, [String: String], String)])
    func `the word of the PIF whose bridge it is goes before its network's and the pool's`(
        _ own: String, _ network: [String: String], _ failMode: String
    ) throws {
        var model = try Self.model(pool: network, network: network)
        let pif = try #require(model.pifs.keys.first)
        model.pifs[pif]?.otherConfig = OtherConfig([Self.mode: own], of: .pif)
        #expect(model.namesSecureBridges)
        var observed = Self.observed()
        let update = try plan(.configUpdate, nil, observed, model)
        for step in update.plan.steps { observed.apply(step.action) }
        #expect(observed.vswitch?.bridges["xenbr0"]?["fail_mode"] == .string(failMode))
        #expect(update.plan.text().contains("add 4 flows to xenbr0") == (failMode == "secure"))
    }

    @Test func `in-band control that is neither true nor false stays as it is, with a warning, also in a reset`() throws
    {
        let model = try Self.model(network: [Self.inBand: "maybe"])
        for controller in [nil, Self.controller] {
            var observed = Self.observed {
                $0.vswitch?.bridges["xenbr0"]?["other_config"] = .map(["disable-in-band": "true"])
            }
            let update = try plan(.configUpdate, controller, observed, model)
            for step in update.plan.steps { observed.apply(step.action) }
            #expect(observed.vswitch?.bridges["xenbr0"]?["other_config"] == .map(["disable-in-band": "true"]))
            #expect(
                update.plan.warnings.map(\.description) == [
                    "network xenbr0: other_config:vswitch-disable-in-band 'maybe' ignored: expected true or false"
                ])
        }
    }

    @Test func `a bridge that XAPI does not know follows the pool under one name, and is left alone under the other`()
        throws
    {
        let known = try plan(.cfgUpdate, nil, Self.observed())
        #expect(known.sentences == ["Updated the fail mode of br-own.", "Updated the in-band control of br-own."])
        #expect(try plan(.configUpdate, nil, Self.observed()).plan.steps.isEmpty)
    }

    // MARK: Flows

    @Test func `a secure pool's new controller comes with flows for the management bridge`() throws {
        let model = try Self.model(pool: [Self.mode: "secure"])
        // Also one that was secure: the reset flushes its flows.
        let observed = Self.observed { $0.vswitch?.bridges["xenbr0"]?["fail_mode"] = .string("secure") }
        let update = try plan(.configUpdate, Self.controller, observed, model)
        #expect(update.sentences.last == "Added flows that keep management on xenbr0 reachable.")
        let text = update.plan.text(undo: true)
        let pending = "/run/interface-reconfigure/secure-mode-flows"
        #expect(
            text.hasSuffix(
                """
                add 4 flows to xenbr0  # no controller is connected yet
                    ARP requests from eth0 to local
                    ARP from local with 52:54:00:00:00:10 to eth0
                    anything from local with 52:54:00:00:00:10 to eth0
                    anything from eth0 to 52:54:00:00:00:10 to local
                    undo: remove 4 flows from xenbr0
                remove file \(pending)  # the flows have been added (may fail)
                    - xenbr0
                    undo: write file \(pending)

                """))
        let places = ["write file \(pending)  #", "change Open vSwitch, in one transaction:  #"].compactMap {
            text.firstRange(of: $0)
        }
        #expect(places.count == 2 && places[0].lowerBound < places[1].lowerBound, "\(text)")

        // Without a controller nothing passes a bridge that becomes secure either; one that is so already keeps its flows.
        for controller in [nil, Self.controller] {
            let becoming = try plan(.configUpdate, controller, Self.observed("ssl:192.0.2.9:6640"), model)
            #expect(becoming.plan.text().contains("add 4 flows to xenbr0"))
            let isSo = Self.observed("ssl:192.0.2.9:6640") {
                $0.vswitch?.bridges["xenbr0"]?["fail_mode"] = .string("secure")
            }
            #expect(try !plan(.configUpdate, controller, isSo, model).plan.text().contains("ARP"))
        }
        // The network's own word counts like the pool's.
        let network = try Self.model(pool: [:], network: [Self.mode: "secure"])
        #expect(try plan(.configUpdate, nil, Self.observed(), network).plan.text().contains("add 4 flows to xenbr0"))
        let standalone = try Self.model(pool: [Self.mode: "secure"], network: [Self.mode: "standalone"])
        #expect(try !plan(.configUpdate, Self.controller, observed, standalone).plan.text().contains("ARP"))
    }

    @Test func `a run that was killed before the flows were there is finished by the next one`() throws {
        let pending = "/run/interface-reconfigure/secure-mode-flows"
        let observed = Self.observed("ssl:192.0.2.9:6640") {
            $0.files[pending] = FileContents("xenbr0\n")
            $0.vswitch?.bridges["xenbr0"]?["fail_mode"] = .string("secure")
        }
        let model = try Self.model(pool: [Self.mode: "secure"])
        let update = try plan(.configUpdate, Self.controller, observed, model)
        #expect(update.sentences == ["Added flows that keep management on xenbr0 reachable."])
        #expect(update.plan.steps.map(\.action.description).last == "remove file \(pending)")
    }

    @Test func `management that no flows can keep reachable is a warning`() throws {
        var model = try Self.model(pool: [Self.mode: "secure"])
        let reference = try #require(model.pifs.keys.first)
        model.pifs[reference]?.mac = MACAddress("52:54:00:00:00:99")
        // Another card has taken the recorded one's place: the bridge has its address.
        let exchanged = try plan(.configUpdate, Self.controller, Self.observed(), model)
        #expect(exchanged.plan.text().contains("add 4 flows to xenbr0") && exchanged.plan.warnings.isEmpty)
        model.pifs[reference]?.device = try #require(DeviceName("eth9"))
        let elsewhere = try plan(.configUpdate, Self.controller, Self.observed(), model)
        #expect(elsewhere.plan.warnings.map(\.message) == ["no bridge has its MAC address: no flows keep it reachable"])
    }

    @Test func `management on a VLAN has flows that match its tag`() throws {
        var model = try Self.model(pool: [Self.mode: "secure"])
        let below = try #require(model.pifs.values.first)
        let (ref, network) = (try #require(Ref<PIF>("tagged")), try #require(Ref<Network>("tagged")))
        var tagged = PIF(ref: ref, uuid: "tagged", device: below.device, network: network)
        (tagged.vlan, tagged.vlanMasterOf, tagged.management) = (5, Ref("vlan"), true)
        model.pifs[below.ref]?.management = false
        model.pifs[ref] = tagged
        model.networks[network] = Network(ref: network, uuid: "tagged", bridge: DeviceName("xapi5"))
        let vlan = try #require(Ref<VLAN>("vlan"))
        model.vlans[vlan] = VLAN(ref: vlan, uuid: "vlan", taggedPIF: below.ref, untaggedPIF: ref)
        let there = Self.observed {
            $0.vswitch?.bridges["xenbr0"]?.insert("xapi5")
            $0.vswitch?.ports["xapi5"] = VswitchRow(
                columns: ["fake_bridge": .boolean(true), "tag": .integer(5)], members: ["xapi5"])
        }
        let update = try plan(.configUpdate, Self.controller, there, model)
        #expect(
            update.plan.text().contains(
                """
                add 4 flows to xenbr0  # no controller is connected yet
                    ARP requests from eth0 with VLAN tag 5 to xapi5
                    ARP from xapi5 with 52:54:00:00:00:10 to eth0 with VLAN tag 5
                    anything from xapi5 with 52:54:00:00:00:10 to eth0 with VLAN tag 5
                    anything from eth0 with VLAN tag 5 to 52:54:00:00:00:10 to xapi5
                """), "\(update.plan.text())")
        let missing = try plan(.configUpdate, Self.controller, Self.observed(), model)
        #expect(
            missing.plan.warnings.map(\.message) == ["its VLAN is not on xenbr0, so no flows keep it reachable"])
    }

    // MARK: Emergency reset

    @Test func `a reset keeps the hardware address and whatever no controller sets`() throws {
        let observed = Self.observed("ssl:192.0.2.8:6640", "ptcp:6641") {
            $0.vswitch?.ssl["configuration"] = VswitchRow(columns: ["ca_cert": .string("/x")])
            $0.vswitch?.sampleCollectors["xenbr0 1"] = VswitchRow(columns: ["id": .integer(1)])
        }
        let reset = Planner.planEmergencyReset(observed: observed)
        #expect(reset.answer == "Reset the configuration of Open vSwitch.")
        #expect(
            reset.plan.text() == """
                change Open vSwitch, in one transaction:  # emergency reset
                    set bridge br-own fail_mode secure -> unset, other_config {disable-in-band=true} -> unset
                    set bridge xenbr0 fail_mode standalone -> unset, mirrors mirror-1 -> unset, other_config \
                {forward-bpdu=true, hwaddr=52:54:00:00:00:10} -> {hwaddr=52:54:00:00:00:10}
                    set port eth0 other_config {priority-tags=always} -> unset
                    set interface eth0 ingress_policing_rate 1000 -> unset
                    remove manager ptcp:6641
                    remove manager ssl:192.0.2.8:6640
                    remove ssl configuration (ca_cert=/x)
                    remove flow_sample_collector_set xenbr0 1 (id=1)

                """)
        var state = observed
        for step in reset.plan.steps { state.apply(step.action) }
        #expect(Planner.planEmergencyReset(observed: state).answer == "No change to configuration")
        for action in reset.plan.steps.reversed().flatMap(\.undo) { state.apply(action) }
        #expect(state == observed)
    }
}
