import Foundation
import NetConfigCore
import NetConfigSystem

/// Plans without a host: lists the networks of a cache, and prints what bringing one of them up would do on a host that has
/// its cards and nothing else.
///
///     plan-offline network.dbcache xenbr0 openvswitch
@main
struct PlanOffline {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3, let datapath = Datapath(rawValue: arguments[2]) else {
            fail("usage: plan-offline CACHE BRIDGE bridge|openvswitch", 2)
        }
        let records: NetworkModel
        do throws(CacheError) {
            records = try NetworkModel(cache: arguments[0])
        } catch {
            // File, line and column, and what is wrong there.
            fail("\(error)", 1)
        }
        for fault in records.leftOut { print("left out: \(fault)") }
        for warning: Warning in records.warnings { print("warning: \(warning)") }
        for pif in records.pifsInOrder { print(describe(pif, of: records)) }

        let host = ObservedState(cards: cards(of: records), datapath: datapath)
        do throws(PlanError) {
            try show(records.plan(.up, [arguments[1]], from: host), of: records, up: arguments[1])
        } catch {
            fail("cannot be planned: \(explain(error))", 1)
        }
    }

    static func show(_ plan: Plan, of records: NetworkModel, up bridge: String) throws(PlanError) {
        for step: Step in plan.steps {
            print("\(step.text), because: \(step.reason)")
            for undo in step.undoTexts { print("    undone by: \(undo)") }
        }
        // `nil` for a plan that takes nothing down, such as one that only writes files.
        for outage: Outage in plan.outages ?? [] {
            print("\(outage.bridge) loses traffic in step \(outage.step): \(outage.ports.map(\.device))")
        }
        print(plan.json)
        // What has been brought up needs nothing more, and comes down again.
        let verbs: [Verb] = [.up, .down]
        for verb in verbs {
            print("then \(verb): \(try records.plan(verb, [bridge], from: plan.end).steps.count) steps")
        }
    }

    static func describe(_ pif: PIF, of records: NetworkModel) -> String {
        let network: Network? = records.networks[pif.network]
        var words = ["\(pif) on \(network?.bridge?.text ?? "no bridge")"]
        if let bond: Bond = pif.bondMasterOf.first.flatMap({ records.bonds[$0] }) {
            let slaves = bond.slaves.compactMap { (slave: Ref<PIF>) in records.pifs[slave]?.device.text }
            words.append("bond of \(slaves.joined(separator: " and "))")
        }
        if let vlan: VLAN = pif.vlanMasterOf.flatMap({ records.vlans[$0] }), let below = records.pifs[vlan.untaggedPIF]
        {
            words.append("on \(below)")
        }
        if let tunnel: Tunnel = pif.tunnelAccessPIFOf.first.flatMap({ records.tunnels[$0] }) {
            words.append("tunnel over \(records.pifs[tunnel.transportPIF].map { "\($0)" } ?? "nothing")")
        }
        let (v4, v6): (IPv4Configuration, IPv6Configuration) = (pif.ipv4, pif.ipv6)
        if let prefix: IPPrefix = v4.prefix ?? v6.addresses.first {
            let gateway: IPAddress? = v4.gateway ?? v6.gateway
            words.append("\(prefix)\(gateway.map { " via \($0)" } ?? "")")
        }
        return words.joined(separator: ", ")
    }

    /// The cards that the records need. `ObservedState(cardsOf:datapath:)` does the same; here a card whose record has no
    /// address is given one, so that its network can be planned as well.
    static func cards(of records: NetworkModel) -> [DeviceName: MACAddress] {
        var cards: [DeviceName: MACAddress] = [:]
        for pif in records.pifsInOrder
        where pif.vlan == nil && pif.bondMasterOf.isEmpty && pif.tunnelAccessPIFOf.isEmpty {
            cards[pif.device] = pif.mac ?? MACAddress("02:00:00:00:00:\(String(cards.count % 90 + 10))")
        }
        return cards
    }

    static func fail(_ message: String, _ status: Int32) -> Never {
        try? FileHandle.standardError.write(contentsOf: Data("\(message)\n".utf8))
        exit(status)
    }

    static func explain(_ error: PlanError) -> String {
        switch error.rule {
        case .unknownName(let unknown): "there is no \(unknown.name), only \(unknown.known)"
        case .missingUplink(let pif, let device, _, _, _): "\(pif) needs \(device), which is not there"
        default: "\(error)"
        }
    }
}
