import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("the gateways that are asked")
struct GatewayCheckTests {
    private static let device = DeviceName("xenbr0")

    private func gateways(_ pif: PIF) throws -> [String]? {
        GatewayCheck(of: pif, on: try #require(Self.device), seconds: 1)?.gateways.map(\.description)
    }

    @Test
    func `are those of the record, of both families`() throws {
        var pif = try PIF.static(gateway: "192.0.2.1")
        #expect(try gateways(pif) == ["192.0.2.1"])
        pif.ipv6.mode = .static
        pif.ipv6.addresses = [try #require(IPPrefix("2001:db8::10/64"))]
        for gateway in ["2001:db8::1", "fe80::1"] {
            pif.ipv6.gateway = IPAddress(gateway)
            #expect(try gateways(pif) == ["192.0.2.1", gateway])
        }
        pif.ipv4.mode = .dhcp
        #expect(try gateways(pif) == ["fe80::1"])
    }

    @Test
    func `are those that a lease or a router brings, where the record has none`() throws {
        var pif = try PIF.static(gateway: "192.0.2.1")
        pif.ipv4.mode = .dhcp
        #expect(try gateways(pif) == [])
        pif.ipv4.mode = .none
        #expect(try gateways(pif) == nil)
        for mode in [IPv6Configuration.Mode.dhcp, .autoconf] {
            pif.ipv6.mode = mode
            #expect(try gateways(pif) == [])
        }
    }

    @Test
    func `are those on the link that are on no network, too`() throws {
        #expect(try gateways(PIF.static(gateway: "198.51.100.1")) == ["198.51.100.1"])
    }

    @Test(arguments: ["", "192.0.2.255"])
    func `are none where there is none, or no router can have the address`(_ gateway: String) throws {
        #expect(try gateways(PIF.static(gateway: gateway)) == nil)
    }
}

@Suite("questions to gateways have the bytes of the files in testdata/netlink")
struct NeighbourQuestionTests {
    @Test
    func `IPv4: ARP; IPv6: neighbour solicitation; the answer is known by its sender, subject and receiver`() throws {
        let own = try mac("00:16:3e:01:02:03")
        let solicitation = NeighbourFrames.routerSolicitation(from: try ip("fe80::216:3eff:fe01:203"), at: own)
        #expect(hex(solicitation) == hex(try hexFile("router-solicitation")))
        for (gateway, source, name) in [
            ("192.0.2.1", "192.0.2.10", "arp"), ("2001:db8::12:3456", "fe80::216:3eff:fe01:203", "neighbour"),
        ] {
            let question = NeighbourFrames.question(about: try ip(gateway), from: try ip(source), at: own)
            #expect(hex(question) == hex(try hexFile("\(name)-question")))
            let answer = try hexFile("\(name)-answer")
            func isAnswer(_ frame: [UInt8], _ address: String) throws -> Bool {
                NeighbourFrames.isAnswer(frame, about: try ip(address), to: own)
            }
            #expect(try isAnswer(answer, gateway))
            #expect(try !isAnswer(answer, source))
            #expect(try !isAnswer(question, gateway))
            #expect(try !isAnswer([0xFF] + answer.dropFirst(), gateway), "to another host")
            for count in 0..<28 { #expect(try !isAnswer(Array(answer.prefix(count)), gateway)) }
        }
    }
}
