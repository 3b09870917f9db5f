import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The pictures in `docs`: a host's network and a plan. `make docs` draws them anew.
@Suite struct PictureTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs")
        .standardizedFileURL.path
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    /// The host that the sample cache describes, after all its PIFs have been brought up, and an administrator has
    /// changed the MTU of a card behind the records.
    private static func sampleHost() throws -> String {
        let model = try CacheSample("original.xml").model()
        let facts = HostFacts(datapath: .openvswitch)
        var state = ObservedState(vswitch: VswitchState())
        for card in model.pifs.values where card.vlan == nil && card.bondMasterOf.isEmpty {
            state.links[card.device] = Link(
                kind: .other(nil), mac: card.mac, isUp: true,
                settings: LinkSettings(speed: 10_000, duplex: .full, autonegotiation: true))
        }
        // Bonds before what stands on them, and no card that a bond has.
        for pif in model.pifsInOrder where pif.bondSlaveOf == nil {
            guard let plan = try? Planner.plan(Request(.up, pif.ref), model: model, facts: facts, observed: state)
            else {
                continue
            }
            state = plan.end
            let lease = LinkAddress(try #require(IPPrefix("192.0.2.100/24")), isDynamic: true)
            for client in state.dhcpClients where state.links[client.device]?.addresses.isEmpty == true {
                state.links[client.device]?.addresses = [lease]
            }
        }
        let card = try #require(state.links.keys.filter { $0.text.hasPrefix("eth") }.max())
        state.links[card]?.mtu = 1400
        return try Overview(of: model, facts: facts, state: state, source: "network.dbcache").dot
    }

    private static func plan() throws -> String {
        try GoldenCase("switch-vlan-on-bond-to-slave-openvswitch").input().plan().dot(title: "up xenbr0 --dry-run")
    }

    @Test(arguments: ["host", "plan"])
    func `a picture shows what the program draws`(_ name: String) throws {
        let text = try name == "host" ? Self.sampleHost() : Self.plan()
        let file = "\(Self.docs)/\(name)"
        if Self.isRecording, text != (try? String(contentsOfFile: "\(file).dot", encoding: .utf8)) {
            try text.write(toFile: "\(file).dot", atomically: true, encoding: .utf8)
            try ChildProcess("/usr/bin/dot", ["-Tsvg", "-o", "\(file).svg", "\(file).dot"]).run(
                timeLimit: .seconds(30))
            Issue.record("drew \(name).svg: look at it")
        }
        #expect(try text == String(contentsOfFile: "\(file).dot", encoding: .utf8), "`make docs` draws it anew")
        // Graphviz places things differently from version to version; what it writes stays.
        let drawn = try ChildProcess("/usr/bin/dot", ["-Tsvg"], input: text).run(timeLimit: .seconds(30)).standardOutput
        let committed = try String(contentsOfFile: "\(file).svg", encoding: .utf8)
        #expect(words(committed) == words(drawn) && words(drawn).count > 20, "`make docs` draws it anew")
    }

    /// All text in a picture.
    private func words(_ svg: String) -> [String] {
        svg.matches(of: #/<text[^>]*>([^<]*)</#).map { String($0.1) }.sorted()
    }
}
