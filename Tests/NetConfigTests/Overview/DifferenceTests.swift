import Foundation
import Testing

@testable import NetConfigCore

/// What differs on a host, as values that a caller need not take apart.
@Suite struct DifferenceTests {
    /// A host that is as its records ask for, changed.
    private func differences(_ change: (inout Link) throws -> Void = { _ in }) throws -> [Overview.Difference] {
        let input = try GoldenCase("physical-bridge-up-from-nothing").input()
        var state = try input.plan().end
        let bridge = try #require(DeviceName("xenbr0"))
        var link = try #require(state.links[bridge])
        try change(&link)
        state.links[bridge] = link
        return try Overview(of: input.model, facts: input.facts, state: state, source: "test").differences
    }

    @Test func `a host that is as configured has none`() throws { #expect(try differences().isEmpty) }

    @Test func `each has a device, a setting, both values and an origin`() throws {
        let other = try #require(IPPrefix("198.51.100.7/24"))
        let right = try #require(IPPrefix("192.0.2.10/24"))
        let found = try differences {
            $0.mtu = 1400
            $0.addresses.append(LinkAddress(other))
            $0.isUp = false
        }
        #expect(Set(found.map(\.device)) == ["xenbr0"])
        let values = Dictionary(uniqueKeysWithValues: found.map { ($0.setting, [$0.wanted, $0.found]) })
        #expect(
            values == [
                "device": [.flag(true, words: .upDown), .flag(false, words: .upDown)],
                "MTU": [.number(1500), .number(1400)],
                "address": [.prefixes([right]), .prefixes([right, other])],
            ])
        #expect(found.first { $0.setting == "address" }?.origin?.description == "IP of PIF eth0")
    }

    @Test func `a management network that is not attached is one`() throws {
        let input = try GoldenCase("physical-bridge-up-from-nothing").input()
        let overview = try Overview(of: input.model, facts: input.facts, state: input.observed, source: "test")
        #expect(overview.differences.map(\.setting) == ["management network"] && overview.hasDrift)
    }

    @Test func `they are encoded as JSON values of their kinds`() throws {
        let found = try differences {
            $0.mtu = 1400
            $0.addresses = []
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(found.sorted { $0.setting < $1.setting }), as: UTF8.self)
        #expect(
            text.contains(#""found":1400,"origin":"MTU of network xenbr0","setting":"MTU","wanted":1500"#), "\(text)")
        #expect(text.contains(#""found":[],"origin":"IP of PIF eth0","setting":"address","wanted":["192.0.2.10/24"]"#))
    }
}
