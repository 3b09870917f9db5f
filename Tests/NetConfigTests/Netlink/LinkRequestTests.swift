import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("requests about links have the bytes of the files in testdata/netlink")
struct LinkRequestTests {
    private func index(_ device: DeviceName) throws(NetlinkError) -> Int32 {
        guard device.text == "eth0" else {
            throw NetlinkError(operation: "find \(device)", device: device, code: Errno(rawValue: 19))
        }
        return 2
    }

    private func create(_ name: String, _ kind: LinkKind, mac: MACAddress? = nil) throws -> [UInt8] {
        try NetlinkMessage.createLink(device(name), kind, mac: mac, index: index).bytes
    }

    @Test
    func `a bridge says what differs from the kernel's defaults, and its delay`() throws {
        let plain = try create("xenbr0", .bridge(BridgeAttributes()), mac: mac("00:16:3e:01:02:03"))
        #expect(hex(plain) == hex(try hexFile("create-bridge")))
        let attributes = BridgeAttributes(stp: true, forwardDelay: 1500, multicastSnooping: false)
        #expect(hex(try create("xenbr0", .bridge(attributes))) == hex(try hexFile("create-bridge-stp")))
    }

    @Test
    func `a bond says its options by the kernel's numbers`() throws {
        var attributes = BondAttributes(
            mode: "active-backup", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true,
            primary: try device("eth0"))
        let backup = try create("bond0", .bond(attributes), mac: mac("00:16:3e:01:02:03"))
        #expect(hex(backup) == hex(try hexFile("create-bond-active-backup")))

        // A primary slave is refused in this mode, so that it must not be sent.
        attributes.mode = "802.3ad"
        attributes.useCarrier = false
        attributes.transmitHashPolicy = "layer3+4"
        attributes.lacpRate = "fast"
        #expect(hex(try create("bond0", .bond(attributes))) == hex(try hexFile("create-bond-802.3ad")))

        attributes = BondAttributes(
            mode: "balance-xor", miimon: 0, updelay: 31000, downdelay: 200, useCarrier: true,
            transmitHashPolicy: "vlan+srcmac", lacpRate: "fast")
        #expect(hex(try create("bond0", .bond(attributes))) == hex(try hexFile("create-bond-balance-xor")))

        attributes = BondAttributes(
            mode: "balance-slb", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true)
        #expect(hex(try create("bond0", .bond(attributes))) == hex(try hexFile("create-bond-balance-slb")))
        let question = NetlinkMessage.askForBondMode(7, as: try device("bonding-mode-7")).bytes
        #expect(hex(question) == hex(try hexFile("ask-bonding-mode")))
    }

    @Test
    func `a bond that has XenServer's mode is known by its number`() throws {
        let data: [UInt8] = [5, 0, 1, 0, 7, 0, 0, 0]
        #expect(BondAttributes(data[...]) { _ in nil }.mode == "balance-slb")
        #expect(BondAttributes(([5, 0, 1, 0, 8, 0, 0, 0] as [UInt8])[...]) { _ in nil }.mode == "8")
    }

    @Test
    func `a bonding mode that the kernel does not have is an error that lists those that it has`() throws {
        let attributes = BondAttributes(mode: "best", miimon: 100, updelay: 0, downdelay: 0, useCarrier: true)
        let error = try #require(throws: NetlinkError.self) { try create("bond0", .bond(attributes)) }
        #expect(
            error.description == """
                cannot create bond bond0: invalid argument ('best' is not one of: balance-rr, active-backup, balance-xor, \
                broadcast, 802.3ad, balance-tlb, balance-alb, balance-slb)
                """)
    }

    @Test
    func `a VLAN link names its parent by index and its tag`() throws {
        let kind = LinkKind.vlan(VLANAttributes(parent: try device("eth0"), tag: 5))
        #expect(hex(try create("eth0.5", kind)) == hex(try hexFile("create-vlan")))
        let error = try #require(throws: NetlinkError.self) {
            try create("eth9.5", .vlan(VLANAttributes(parent: try device("eth9"), tag: 5)))
        }
        #expect(error.description == "cannot find eth9: no such device")
    }

    @Test
    func `other kinds of links cannot be made`() throws {
        #expect(throws: NetlinkError.self) { try create("veth0", .other("veth")) }
    }

    @Test
    func `a change says nothing but what changes`() throws {
        let eth0 = try device("eth0"), bridge = try device("xenbr0")
        #expect(hex(NetlinkMessage.deleteLink(try device("bond0")).bytes) == hex(try hexFile("delete-link")))
        #expect(hex(NetlinkMessage.setLink(eth0, up: true).bytes) == hex(try hexFile("set-up")))
        #expect(hex(NetlinkMessage.setLink(eth0, up: false).bytes) == hex(try hexFile("set-down")))
        #expect(hex(NetlinkMessage.setMaster(eth0, bridge, index: 7).bytes) == hex(try hexFile("set-master")))
        #expect(hex(NetlinkMessage.setMaster(eth0, nil, index: 0).bytes) == hex(try hexFile("set-nomaster")))
        #expect(hex(NetlinkMessage.setMAC(eth0, try mac("00:16:3e:01:02:03")).bytes) == hex(try hexFile("set-mac")))
        #expect(hex(NetlinkMessage.setMTU(eth0, 9000).bytes) == hex(try hexFile("set-mtu")))
        #expect(hex(NetlinkMessage.setSpanningTree(bridge, false).bytes) == hex(try hexFile("set-stp-off")))
        #expect(hex(NetlinkMessage.setBridge(bridge, BridgeAttributes()).bytes) == hex(try hexFile("set-bridge")))
    }

    @Test
    func `of a bond's options only those that differ are sent, the delays together with the interval`() throws {
        let bond = try device("bond0")
        var attributes = BondAttributes(
            mode: "active-backup", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true)
        func options() throws -> [BondOption] {
            try BondOption.all(of: attributes, primary: 0, on: bond, operation: "set")
        }
        var current: [UInt8] = []
        for option in try options() {
            let padding = [UInt8](repeating: 0, count: -option.value.count & 3)
            current += UInt16(4 + option.value.count).hostBytes + UInt16(option.type).hostBytes
            current += option.value + padding
        }
        #expect(try BondOption.changes(from: current[...], to: options()) == [])
        attributes.miimon = 50
        let changes = try BondOption.changes(from: current[...], to: options())
        #expect(hex(NetlinkMessage.setBond(bond, changes).bytes) == hex(try hexFile("set-bond")))
    }

    @Test
    func `questions about links leave out the statistics`() throws {
        #expect(hex(NetlinkMessage.getLink(try device("eth0")).bytes) == hex(try hexFile("get-link")))
        #expect(hex(NetlinkMessage.getLinks().bytes) == hex(try hexFile("get-links")))
    }
}
