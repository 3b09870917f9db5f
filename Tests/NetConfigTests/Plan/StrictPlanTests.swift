import Testing

@testable import NetConfigCore

/// Which warnings of a plan `--strict` makes a refusal.
@Suite("--strict and the warnings of a plan")
struct StrictPlanTests {
    /// Something that is in the way of what is asked for, and how the plan says so; `nil` where it stays a warning.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bridge: String
        let refusal: String?
        let change: @Sendable (inout FieldHost) throws -> Void

        init(
            _ description: String, _ bridge: String = "xenbr0", refusal: String?,
            _ change: @escaping @Sendable (inout FieldHost) throws -> Void
        ) {
            (testDescription, self.bridge, self.refusal, self.change) = (description, bridge, refusal, change)
        }
    }

    private static let cases = [
        Case("a card that cannot have the MTU", refusal: "eth0: MTU 9000") { host in
            try host.change("eth0") { $0.greatestMTU = 4000 }
            host.model.networks[try host.pif("xenbr0").network]?.mtu = 9000
        },
        Case("IPv6 that is switched off", refusal: "its IPv6 configuration is ignored") { host in
            host.model.pifs[try host.pif("xenbr0").ref]?.ipv6.mode = .autoconf
            host.state.ipv6 = IPv6Host(isDisabled: true, newDevices: IPv6Settings(acceptRA: 1, autoconf: true))
        },
        Case("a gateway that cannot be one", refusal: "gateway 192.0.2.10 ignored") { host in
            host.model.pifs[try host.pif("xenbr0").ref]?.ipv4.gateway = IPAddress("192.0.2.10")
        },
        Case("a slave that is not there", "xapi0", refusal: "eth1 (MAC 52:54:00:00:00:11) is missing") { host in
            host.state.links[try name("eth1")] = nil
        },
        Case("a static route that cannot be had", refusal: "static route 203.0.113.0/24 ignored") { host in
            try host.routes("203.0.113.0/24/198.51.100.1")
        },
        Case("an unknown bond mode", "xapi0", refusal: "unknown bond mode 'best'") { host in
            for ref in Array(host.model.bonds.keys) { host.model.bonds[ref]?.mode = "best" }
        },
        Case("another DHCP client", refusal: nil) { host in
            host.state.otherClients = [OtherDHCPClient(device: try name("eth0"), program: "udhcpc", pid: 7)]
        },
        Case("a route that is there anyway", refusal: nil) { host in try host.routes("192.0.2.0/24/192.0.2.1") },
        Case("a gateway that is on no network", refusal: nil) { host in
            host.model.pifs[try host.pif("xenbr0").ref]?.ipv4.gateway = IPAddress("203.0.113.1")
        },
        Case("a bond whose mode no record says", "xapi0", refusal: nil) { host in host.state.hasBalanceSLB = false },
    ]

    @Test(arguments: cases)
    func `what cannot be had refuses, what is only named does not`(_ sample: Case) throws {
        var host = try FieldHost(.bridge)
        try sample.change(&host)
        let plan = try host.plan(.up, sample.bridge)
        #expect(!plan.warnings.isEmpty)
        guard let words = sample.refusal else {
            #expect(plan.strictRefusal == nil && plan.json.includes(#""shortfall": false"#), "\(plan.json)")
            return
        }
        #expect(plan.strictRefusal?.includes(words) == true, "\(plan.strictRefusal ?? "none")")
        #expect(plan.json.includes(#""shortfall": true"#))
    }

    @Test
    func `all of them are named, with what is lost`() throws {
        var host = try FieldHost(.bridge)
        for sample in Self.cases where sample.bridge == "xenbr0" { try sample.change(&host) }
        try host.routes("203.0.113.0/24/198.51.100.1")
        host.model.pifs[try host.pif("xenbr0").ref]?.ipv4.gateway = IPAddress("192.0.2.10")
        let refusal = try #require(try host.plan(.up, "xenbr0").strictRefusal)
        for part in [
            "nothing was changed", "MTU 9000", "IPv6", "gateway 192.0.2.10", "static route", "Without --strict",
        ] {
            #expect(refusal.includes(part), "\(refusal)")
        }
        #expect(!refusal.includes("udhcpc"))
    }
}

extension FieldHost {
    fileprivate mutating func routes(_ text: String) throws {
        model.pifs[try pif("xenbr0").ref]?.otherConfig = OtherConfig(["static-routes": text], of: .pif)
    }
}
