package import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// What XAPI's plugin does for it.
extension Reconfiguration {
    /// Does what XAPI calls the plugin for, all or nothing.
    ///
    /// - Parameters:
    ///   - call: The function, `update` or `emergency_reset`, and XAPI's session.
    ///   - plugin: The name under which XAPI calls.
    ///   - timeout: How long one call to XAPI may take.
    /// - Returns: What was changed, in sentences.
    /// - Throws: ``PluginFailure``; Open vSwitch's configuration is then as it was, unless the text says otherwise.
    package func answer(
        _ call: PluginCall, as plugin: VswitchPlugin, timeout: Duration = .seconds(30)
    ) throws(PluginFailure) -> String {
        switch call.function {
        case "update":
            let access = XAPIAccess(session: call.session, timeout: timeout)
            return try failing(with: .configuration) { try recorded { try $0.update(as: plugin, from: access) } }
        case "emergency_reset":
            return try failing(with: .emergencyReset) { try recorded { try $0.emergencyReset() } }
        case let other: throw PluginFailure(.unknownFunction, other)
        }
    }

    private func failing(
        with code: PluginFailure.Code, _ work: () throws -> String
    ) throws(PluginFailure) -> String {
        do {
            return try work()
        } catch let failure as PluginFailure {
            throw failure
        } catch {
            var code = code
            if case .addFlows = (error as? RunFailure)?.action { code = .flows }
            throw PluginFailure(code, "\(error)".substituting("\n", with: "; "))
        }
    }

    private func update(
        as plugin: VswitchPlugin, from access: XAPIAccess
    ) throws -> String {
        if plugin.rewritesCache { try rewriteIfPossible(from: access) }
        return try changeVswitch {
            let request = try withSession(access) {
                try UpdateRequest(as: plugin, from: $0) {
                    try Inventory.hostUUID(contentsOf: paths.path(Inventory.standardPath))
                }
            }
            return { Planner.planUpdate(request, observed: $0) }
        }
    }

    private func emergencyReset() throws -> String {
        try changeVswitch { { Planner.planEmergencyReset(observed: $0) } }
    }

    /// The cache is of use at the next boot; the controller is awaited now.
    private func rewriteIfPossible(from access: XAPIAccess) throws {
        do {
            try rewrite(from: access)
        } catch let failure where failure.isInterrupted {
            throw failure
        } catch {
            log.error("rewrite failed: \(error)")
        }
    }

    /// Plans and does changes to Open vSwitch while no other run does any.
    private func changeVswitch(
        _ planner: () throws -> (ObservedState) -> UpdatePlan
    ) throws -> String {
        // A host that does not say what it uses has this plugin for Open vSwitch.
        if (try? datapath()) == .bridge {
            log.info("this host uses the Linux bridge: there is no Open vSwitch to configure")
            return UpdatePlan.nothing
        }
        return try locked { _ in
            let plan = try planner()
            let host = try host(.openvswitch)
            // The look after the run makes a plan, too, that has nothing to say.
            var (planned, answer) = ("", "")
            try execute(on: host, begin: { _ in answer = planned }) {
                let update = plan(try host.observeManagement())
                planned = update.answer
                return update.plan
            }
            return answer
        }
    }
}

extension Host {
    /// Looks at what an update of Open vSwitch's configuration can concern.
    fileprivate func observeManagement() throws -> ObservedState {
        ObservedState(
            vswitch: try vswitch?.readState(withManagement: true),
            files: try files.read([VswitchPlugin.caCertificate, PendingFlows.file]),
            programs: files.programs(among: [VswitchPlugin.firewallProgram]))
    }
}
