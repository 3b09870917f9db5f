/// Builds the plan of an update by XAPI's plug-in.
struct UpdateBuilder {
    private let request: UpdateRequest
    /// Networks by their bridges.
    private let networks: [String: Network]
    /// This host's PIFs by the bridges that they are the datapath of.
    private let datapaths: [String: PIF]
    private let observed: ObservedState
    private let rows: VswitchState
    /// The wanted rows.
    private var wanted: VswitchState
    /// The reason for the change, for messages.
    private var reason = "networks and pool"
    private var isNewController = false
    private var state: ObservedState
    private var plan = Plan()
    private var sentences: [String] = []

    init(_ request: UpdateRequest, _ observed: ObservedState) {
        self.request = request
        self.observed = observed
        state = observed
        rows = observed.vswitch ?? VswitchState()
        wanted = rows
        let pairs = request.model.networks.values.sorted { $0.ref < $1.ref }.compactMap { network in
            network.bridge.map { ($0.text, network) }
        }
        networks = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        datapaths = Dictionary(
            request.model.pifsInOrder.filter { $0.vlan == nil }.compactMap { pif in
                request.model.bridge(of: pif).map { ($0.text, pif) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The plan and its sentences.
    var finished: UpdatePlan { UpdatePlan(plan: plan, sentences: sentences) }

    private mutating func perform(_ action: Action, because reason: String) {
        let after = state.applying(action)
        let undo = Undo.actions(takingBack: action, from: after, to: state)
        plan.steps.append(Step(action, because: reason, undo: undo, onFailure: .ofUpdate(action)))
        state = after
    }

    // MARK: The controller

    /// Sets the controller. Where it changes, everything that the former one set up is removed, and so are its certificates.
    mutating func planController() {
        let present = request.plugin.controllers(among: rows.managers.keys)
        if let controller = request.controller {
            guard !present.contains(where: { request.plugin.isSame(controller, $0) }) else { return }
            isNewController = true
            reason = "XAPI has a new controller"
            sentences.append("Reset Open vSwitch and set its controller to \(controller.target).")
        } else {
            guard !present.isEmpty else { return }
            reason = "XAPI has no controller"
            sentences.append("Reset Open vSwitch and removed its controller \(present.joined(separator: ", ")).")
        }
        wanted.emergencyReset()
        if let controller = request.controller {
            wanted.managers[controller.target] = VswitchRow()
            wanted.ssl[VswitchTable.sslName] = controller.sslRow
        }
        setFirewall()
        removeCACertificate()
    }

    private mutating func setFirewall() {
        guard request.plugin.setsFirewall else { return }
        let isOpen = request.controller == .passive
        guard isOpen || observed.programs.contains(VswitchPlugin.firewallProgram) else {
            let message = "is missing; TCP port \(VswitchController.port) was not closed"
            return plan.warnings.append(Warning(VswitchPlugin.firewallProgram, message))
        }
        let wasOpen = rows.managers[VswitchController.passive.target] != nil
        perform(.setFirewallPort(Int(VswitchController.port), wasOpen: wasOpen, isOpen: isOpen), because: reason)
    }

    private mutating func removeCACertificate() {
        let path = VswitchPlugin.caCertificate
        guard let old = observed.files[path] else { return }
        perform(.replaceFile(path, before: old, after: nil), because: reason)
    }

    // MARK: The bridges

    /// Sets fail mode and in-band control of each bridge as the records say.
    mutating func planBridges() {
        for name in rows.bridges.keys.sorted() {
            let network = networks[name]
            if network == nil, request.plugin.leavesOtherBridges { continue }
            let mode =
                datapaths[name].map { request.model.failMode(ofBridgeOf: $0) }
                ?? request.model.failMode(ofBridgeWithoutPIFs: network)
            wanted.bridges[name]?["fail_mode"] = .string(mode.value)
            let key = "disable-in-band"
            if let flag = request.model.disablesInBand(on: network, &plan.warnings) {
                let entries = flag.value.map { [key: String($0)] } ?? [:]
                wanted.bridges[name]?.setEntries(of: "other_config", entries) { $0 == key }
            } else if let kept = rows.bridges[name]?.otherConfig[key] {
                // A reset must not take away what stays as it is.
                wanted.bridges[name]?.setEntries(of: "other_config", [key: kept]) { $0 == key }
            }
        }
        tell("fail mode") { $0["fail_mode"]?.description }
        tell("in-band control") { $0.otherConfig["disable-in-band"] }
    }

    /// Adds a sentence that names the bridges on which a setting changes.
    private mutating func tell(_ setting: String, _ value: (VswitchRow) -> String?) {
        let changed = rows.bridges.keys.sorted().filter { name in
            rows.bridges[name].flatMap(value) != wanted.bridges[name].flatMap(value)
        }
        if !changed.isEmpty { sentences.append("Updated the \(setting) of \(changed.joined(separator: ", ")).") }
    }

    // MARK: The steps

    /// Adds the steps that change rows and flows.
    mutating func commit() {
        let isNoted = observed.files[PendingFlows.file] != nil
        let flows = managementFlows(arePending: isNoted)
        if let flows, !isNoted {
            let noting = PendingFlows.noting(flows.bridge, in: state)
            perform(noting.action, because: noting.reason)
        }
        let changes = rows.changes(to: wanted)
        if !changes.isEmpty { perform(.changeVswitch(changes), because: reason) }
        if let flows {
            perform(.addFlows(flows.bridge, flows.flows), because: "no controller is connected yet")
            sentences.append("Added flows that keep management on \(flows.bridge) reachable.")
        }
        if let forgetting = PendingFlows.forgetting(in: state) {
            perform(forgetting.action, because: forgetting.reason)
        }
    }

    /// The flows that management needs on a bridge that becomes secure, until a controller connects. They are also needed on a
    /// bridge that was secure before: ovs-vswitchd removes all flows together with the former controllers, and an earlier run
    /// may have been killed before it added them.
    private mutating func managementFlows(arePending: Bool) -> (bridge: String, flows: [SecureModeFlow])? {
        let model = request.model
        for pif in model.pifsInOrder where model.isManagement(pif) {
            let datapath = model.datapathPIF(of: pif)
            guard let (bridge, mac) = bridge(of: datapath) else {
                if model.failMode(ofBridgeOf: datapath).value == "secure" {
                    warn(pif, "no bridge has its MAC address: no flows keep it reachable")
                }
                continue
            }
            guard wanted.bridges[bridge]?.isSecure == true,
                isNewController || arePending || rows.bridges[bridge]?.isSecure != true
            else { continue }
            let access = pif.vlan.flatMap { tag in model.bridge(of: pif).map { SecureModeFlow.Access($0, tag: tag) } }
            guard pif.vlan == nil || rows.bridges[bridge]?.members.contains(access?.port.text ?? "") == true else {
                warn(pif, "its VLAN is not on \(bridge), so no flows keep it reachable")
                continue
            }
            // A bond may be without some of its slaves.
            let plugged = rows.externalInterfaces(of: rows.bridges[bridge])
            let uplinks = model.uplinks(of: datapath).map(\.device).filter { plugged.contains($0.text) }
            return (bridge, SecureModeFlow.forManagement(over: uplinks, mac: mac, access: access))
        }
        return nil
    }

    private mutating func warn(_ pif: PIF, _ message: String) {
        plan.warnings.append(Warning("\(pif)", message))
    }

    /// The bridge with a PIF's MAC address; its own bridge where several have that address. Where the recorded card was
    /// replaced, its bridge has the address of the new card.
    private func bridge(of pif: PIF) -> (name: String, mac: MACAddress)? {
        func address(_ name: String) -> MACAddress? {
            rows.bridges[name]?.otherConfig["hwaddr"].flatMap(MACAddress.init)
        }
        let own = request.model.bridge(of: pif).map { [$0.text] } ?? []
        if let mac = request.model.macAddress(of: pif),
            let name = (own + rows.bridges.keys.sorted()).first(where: { address($0) == mac })
        {
            return (name, mac)
        }
        let cards = request.model.uplinks(of: pif).map(\.device.text)
        let name = own.first { !rows.externalInterfaces(of: rows.bridges[$0]).isDisjoint(with: cards) }
        return name.flatMap { name in address(name).map { (name, $0) } }
    }
}

extension VswitchRow {
    fileprivate var otherConfig: [String: String] { columns["other_config"]?.stringMap ?? [:] }
}

extension VswitchController {
    /// The row of table `SSL` for connections with this controller.
    fileprivate var sslRow: VswitchRow {
        var row = VswitchRow(columns: [
            "private_key": .string(VswitchPlugin.hostCertificate),
            "certificate": .string(VswitchPlugin.hostCertificate),
        ])
        switch self {
        case .active:
            row["ca_cert"] = .string(VswitchPlugin.caCertificate)
            row["bootstrap_ca_cert"] = .boolean(true)
        case .passive:
            row["ca_cert"] = .string(VswitchPlugin.passiveCACertificate)
        }
        return row
    }
}
