import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("what the kernel says is understood")
struct DumpTests {
    private func replies(_ file: String) throws -> [NetlinkReply] {
        var transcript = NetlinkTranscript(sequence: 1)
        let replies = transcript.read(try hexFile(file))
        return try #require(replies)
    }

    @Test
    func `links come with kind, attributes, permanent address, master by name and IPv6 settings`() throws {
        let links = LinkDump(try replies("dump-links")).links
        let own = try mac("00:16:3e:01:02:03")
        let bond = BondAttributes(
            mode: "active-backup", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true,
            transmitHashPolicy: "layer2", primary: try device("eth0"))
        let bridge = BridgeAttributes(stp: true, forwardDelay: 1500, multicastSnooping: false)
        var expected: [DeviceName: Link] = [
            try device("lo"): Link(kind: .other(nil), mtu: 65536, isUp: true),
            // The bond tells the slave's own address where the device itself tells another.
            try device("eth0"): Link(
                kind: .other(nil), mac: own, permanentMAC: try mac("00:16:3e:0a:0b:0c"), isUp: true,
                master: try device("bond0")),
            // All ports of Open vSwitch have the datapath's device as master, which says nothing.
            try device("eth1"): Link(
                kind: .other(nil), mac: try mac("00:16:3e:01:02:04"), permanentMAC: try mac("00:16:3e:01:02:04"),
                ipv6: IPv6Settings(acceptRA: 1, autoconf: true)),
            try device("bond0"): Link(kind: .bond(bond), mac: own, isUp: true, master: try device("xenbr0")),
            try device("bond0.5"): Link(
                kind: .vlan(VLANAttributes(parent: try device("bond0"), tag: 5)), mac: own, isUp: true),
            try device("xenbr0"): Link(
                kind: .bridge(bridge), mac: own, isUp: true,
                ipv6: IPv6Settings(acceptRA: 0, autoconf: false, isDisabled: true)),
            // A VLAN of 802.1ad must not be taken for one of ours.
            try device("eth1.7"): Link(kind: .other("vlan"), mac: own, isUp: true),
            try device("ovs-system"): Link(kind: .other("openvswitch"), mac: try mac("be:00:00:00:00:01")),
        ]
        expected[try device("eth1")]?.otherNames = ["enp3s0"]
        // A name that could not be asked for is that of a device all the same.
        let strange = try #require(DeviceName(kernel: Array("bad:name".utf8)))
        #expect(Set(links.keys) == Set(expected.keys).union([strange]))
        for (name, link) in expected { #expect(links[name] == link, "\(name)") }
    }

    @Test
    func `addresses come without link-local ones; a peer's address is not the device's own`() throws {
        #expect(
            AddressDump.decode(try replies("dump-addresses")) == [
                6: [
                    LinkAddress(try prefix("192.0.2.10/24"), broadcast: try ip("192.0.2.255")),
                    LinkAddress(try prefix("192.0.2.11/24"), isDynamic: true),
                    LinkAddress(try prefix("198.51.100.1/32"), peer: try ip("198.51.100.2")),
                    LinkAddress(try prefix("2001:db8::a/64"), isDynamic: true),
                ]
            ])
    }

    @Test
    func `routes come from the main table, unicast, with next hops over one device`() throws {
        var forked = Route(try prefix("10.2.0.0/16"))
        forked.fork = .legs([RouteFork.Leg(gateway: nil), RouteFork.Leg(gateway: nil)])
        let entries = RouteDump.decode(try replies("dump-routes"))
        #expect(entries.allSatisfy { $0.index == 6 })
        #expect(
            entries.map(\.route).filter { !$0.isAutomatic } == [
                Route(.any(.v4), via: try ip("192.0.2.1")),
                Route(
                    try prefix("10.0.0.0/8"), via: try ip("192.0.2.254"), origin: .boot, metric: 20,
                    source: try ip("192.0.2.10")),
                forked, Route(try prefix("2001:db8:1::/48"), via: try ip("2001:db8::1")),
            ])
        #expect(
            entries.map(\.route).filter { $0.origin == .advertisement } == [
                Route(.any(.v6), via: try ip("fe80::1"), origin: .advertisement)
            ])
    }

    @Test
    func `routes that no link has come in the words of ip route, but those that follow from an address`() throws {
        let name = try device("xenbr0")
        var link = Link(kind: .bridge(BridgeAttributes()))
        func texts() throws -> [String] {
            RouteDump.others(try replies("dump-routes"), among: [name: link], names: [6: name]).map(\.text)
        }
        let others = [
            "unreachable 10.4.0.0/16 proto static", "default via fe80::1 dev xenbr0 proto ra metric 1024",
        ]
        #expect(try texts() == ["192.0.2.0/24 dev xenbr0 proto kernel scope link src 192.0.2.10"] + others)
        link.addresses = [LinkAddress(try prefix("192.0.2.10/24"))]
        #expect(try texts() == others)
        link.addresses[0].details = KernelDetails(flags: KernelDetails.noPrefixRoute)
        #expect(try texts().count == 3)
    }

    @Test
    func `a refusal has the kernel's error number and its words`() throws {
        var transcript = NetlinkTranscript(sequence: 1)
        #expect(try transcript.read(hexFile("refusal")) == nil)
        #expect(transcript.failure?.code == .invalidArgument)
        #expect(transcript.failure?.text == "mtu greater than device maximum")
    }

    @Test
    func `an error is one sentence`() throws {
        let error = NetlinkError(
            operation: "set MTU 9000 on eth0", device: try device("eth0"), code: Errno(rawValue: 34))
        #expect(error.description == "cannot set MTU 9000 on eth0: numerical result out of range")
    }

    @Test
    func `late answers to an earlier request are passed over`() throws {
        var transcript = NetlinkTranscript(sequence: 2)
        #expect(try transcript.read(hexFile("refusal")) == nil)
        #expect(transcript.failure == nil)
    }

    @Test
    func `a dump during which something changed is an error that can be retried`() throws {
        var bytes = try hexFile("dump-addresses")
        bytes[6] |= 0x10  // NLM_F_DUMP_INTR on the first message
        var transcript = NetlinkTranscript(sequence: 1)
        #expect(transcript.read(bytes) == nil)
        #expect(transcript.failure?.code == .interrupted)
    }

    @Test(arguments: ["dump-links", "dump-routes", "refusal"])
    func `bytes that are cut off anywhere are no reason to crash`(file: String) throws {
        let bytes = try hexFile(file)
        for count in 0..<bytes.count {
            var transcript = NetlinkTranscript(sequence: 1)
            _ = transcript.read(Array(bytes.prefix(count)))
            // The same with a header that fits, so that the attributes are what is cut off.
            let reply = NetlinkReply(type: 16, payload: bytes.prefix(count).dropFirst(16))
            _ = LinkDump([reply])
            _ = AddressDump.decode([NetlinkReply(type: 20, payload: reply.payload)])
            _ = RouteDump.decode([NetlinkReply(type: 24, payload: reply.payload)])
            _ = RouteDump.others([NetlinkReply(type: 24, payload: reply.payload)], among: [:], names: [:])
        }
    }
}

@Suite("announcements have the bytes of the files in testdata/netlink")
struct AnnouncementFrameTests {
    @Test
    func `IPv4: gratuitous ARP as request and reply; IPv6: neighbour advertisement`() throws {
        let own = try mac("00:16:3e:01:02:03")
        let v4 = NeighbourFrames.announcements(of: try ip("192.0.2.10"), at: own)
        #expect(v4.map(hex) == [hex(try hexFile("arp-request")), hex(try hexFile("arp-reply"))])
        let v6 = NeighbourFrames.announcements(of: try ip("2001:db8::a"), at: own)
        #expect(v6.map(hex) == [hex(try hexFile("neighbour-advertisement"))])
    }

    @Test
    func `IPv4: the question for multicast groups`() throws {
        let query = NeighbourFrames.multicastQuery(at: try mac("00:16:3e:01:02:03"))
        #expect(hex(query) == hex(try hexFile("multicast-query")))
    }
}
