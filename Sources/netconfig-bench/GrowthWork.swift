import NetConfig
import NetConfigCore
import NetConfigSystem

/// What is done with records of a size that grows: everything that the program does with records but its talk to the host.
enum GrowthWork: String, CaseIterable {
    /// `check`, as text and JSON.
    case check
    /// `up --dry-run` of the first PIF, in every format, then of a second `up`, and of `down`.
    case up
    /// `up --dry-run` of all PIFs at once, as at boot, and of a second one.
    case all
    /// `show` of the host after that.
    case show
    /// The way back from `up` of the first PIF, as after `--confirm`.
    case back
    /// `rewrite`.
    case rewrite

    /// Does it, on a host that has so many rows of others; what cannot be planned is refused, which is as good for this
    /// purpose.
    func run(_ cache: [UInt8], _ datapath: Datapath, foreignRows: Int) {
        if self == .check {
            let inspection = Inspection(ofCache: cache, name: "cache", datapath: datapath)
            _ = (inspection.text(), inspection.json)
            return
        }
        do throws(CacheError) {
            let model = try CacheReader.read(cache, name: "cache")
            let host = PlannedHost(model: model, datapath: datapath, foreignRows: foreignRows)
            switch self {
            case .check: break
            case .up: host.plan([.up, .up, .down], model.pifsInOrder.prefix(1))
            case .all: host.plan([.up, .up], model.pifsInOrder[...])
            case .show: host.show()
            case .back: host.planBack()
            case .rewrite:
                _ = try? CacheWriter.bytes(of: model)
                _ = Planner.planRewrite(model: model, observed: host.bare)
            }
        } catch {
            _ = "\(error)"
        }
    }
}

/// A host that has the cards of its records and nothing else.
private struct PlannedHost {
    let model: NetworkModel
    let facts: HostFacts
    let bare: ObservedState

    init(model: NetworkModel, datapath: Datapath, foreignRows: Int) {
        self.model = model
        facts = HostFacts(datapath: datapath)
        var state = ObservedState(
            vswitch: datapath == .openvswitch ? VswitchState() : nil, directories: ["/etc/sysconfig/network-scripts"])
        let bonded = Set(model.bonds.values.map(\.master))
        for pif in model.pifs.values where pif.vlan == nil && !bonded.contains(pif.ref) {
            state.links[pif.device] = Link(
                kind: .other(nil), mac: MACAddress(bits: 0x0200_0000_0000 + UInt64(state.links.count)),
                ipv6: IPv6Settings(acceptRA: 1, autoconf: true))
        }
        if datapath == .openvswitch { state.addForeignRows(foreignRows) }
        bare = state
    }

    /// Plans one thing after the other, each from where the one before leads.
    func plan(_ verbs: [Verb], _ pifs: ArraySlice<PIF>) {
        var state = bare
        for verb in verbs {
            let requests = pifs.map { Request(verb, $0.ref) }
            _ = ObservationScope(for: requests, in: model)
            let plan = Planner.plan(requests, model: model, facts: facts, observed: state).plan
            _ = (plan.text(undo: true), plan.json, plan.dot(title: "growth"), plan.shell(title: "growth"))
            state = plan.end
        }
    }

    /// A plan for the first PIF.
    private var firstPlan: Plan {
        let requests = model.pifsInOrder.prefix(1).map { Request(.up, $0.ref) }
        return Planner.plan(requests, model: model, facts: facts, observed: bare).plan
    }

    func planBack() {
        let plan = firstPlan
        _ = Rollback(before: bare, actions: plan.steps.map(\.action)).actions(from: plan.end)
    }

    func show() {
        let plan = firstPlan
        _ = ObservationScope(showing: model)
        guard let overview = try? Overview(of: model, facts: facts, state: plan.end, source: "cache") else { return }
        _ = (overview.text(why: true, details: true), overview.json, overview.dot)
    }
}

extension ObservedState {
    /// Adds bridges without cards, and ports of virtual machines on the first of them.
    fileprivate mutating func addForeignRows(_ count: Int) {
        guard count > 0 else { return }
        var ports: [String] = []
        for number in 0..<count {
            let (bridge, port) = ("br\(number)", "vif\(number).0")
            vswitch?.bridges[bridge] = VswitchRow(members: [bridge])
            for name in [bridge, port] { vswitch?.ports[name] = VswitchRow(members: [name]) }
            vswitch?.interfaces[bridge] = VswitchRow(columns: ["type": .string("internal")])
            vswitch?.interfaces[port] = VswitchRow()
            for name in [bridge, port].compactMap({ DeviceName($0) }) {
                links[name] = Link(kind: .other(name.text == bridge ? "openvswitch" : "vif"), isUp: true)
            }
            ports.append(port)
        }
        vswitch?.bridges["br0"] = VswitchRow(members: ["br0"] + ports)
    }
}
