import Glibc
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Whether the kernel makes bonds and 802.1Q links; that of the usual build machine does not.
private let hasBondsAndVLANs = unsafe access("/proc/net/bonding", F_OK) == 0 && access("/proc/net/vlan", F_OK) == 0

@Suite(
    "bonds and VLANs",
    .enabled(if: canUnshareNetwork && hasBondsAndVLANs, "needs root and a kernel with bonding and 8021q"))
struct NetlinkVMTests {
    private func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }

    private func makeNICs() throws {
        try shell("ip link add name nic0 type dummy && ip link add name nic1 type dummy")
    }

    @Test
    func `a bond's options can be read back as they were set, its primary once that is enslaved`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bond = try name("bond0"), slaves = [try name("nic0"), try name("nic1")]
            try makeNICs()
            let own = try #require(try kernel.links()[slaves[0]]?.mac)
            var wanted = BondAttributes(
                mode: "active-backup", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true,
                transmitHashPolicy: "layer2", primary: slaves[0])
            try kernel.createLink(bond, .bond(wanted), mac: MACAddress("00:16:3e:01:02:03"))
            for slave in slaves { try kernel.setMaster(slave, bond) }
            try kernel.setUp(bond)

            let links = try kernel.links()
            #expect(links[bond]?.kind == .bond(wanted))
            #expect(links[bond]?.mac == MACAddress("00:16:3e:01:02:03"))
            #expect(links[slaves[0]]?.master == bond)
            #expect(links[slaves[0]]?.mac == MACAddress("00:16:3e:01:02:03"))
            #expect(links[slaves[0]]?.permanentMAC == own)

            // While it is up and has slaves everything but the mode can change, an interval with its delays too.
            wanted.miimon = 50
            wanted.downdelay = 300
            wanted.transmitHashPolicy = "layer2+3"
            wanted.primary = slaves[1]
            try kernel.setBondAttributes(bond, wanted)
            #expect(try kernel.links()[bond]?.kind == .bond(wanted))
            wanted.primary = nil
            try kernel.setBondAttributes(bond, wanted)
            try kernel.setBondAttributes(bond, wanted)
            #expect(try kernel.links()[bond]?.kind == .bond(wanted))
        }
    }

    @Test
    func `the kernel says which modes it has, and makes nothing for that`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let before = try kernel.links()
            #expect(try kernel.hasBondMode("balance-slb") == false)
            for mode in BondOptionNames.mode where mode != "balance-slb" {
                #expect(try kernel.hasBondMode(mode) == true, "\(mode)")
            }
            #expect(try kernel.links().keys == before.keys)
        }
    }

    @Test(arguments: BondOptionNames.mode.filter { $0 != "balance-slb" })
    func `every mode's options are taken`(mode: String) throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bond = try name("bond0")
            for policy in BondOptionNames.transmitHashPolicy {
                let wanted = BondAttributes(
                    mode: mode, miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true,
                    transmitHashPolicy: policy, lacpRate: mode == "802.3ad" ? "fast" : nil)
                try kernel.createLink(bond, .bond(wanted))
                #expect(try kernel.links()[bond]?.kind == .bond(wanted))
                try kernel.deleteLink(bond)
            }
        }
    }

    @Test
    func `LACP's rate stays when other options of a bond change that is up, and cannot change itself`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let bond = try name("bond0")
            var wanted = BondAttributes(
                mode: "802.3ad", miimon: 100, updelay: 31000, downdelay: 200, useCarrier: true,
                transmitHashPolicy: "layer3+4", lacpRate: "slow")
            try makeNICs()
            try kernel.createLink(bond, .bond(wanted))
            try kernel.setMaster(name("nic0"), bond)
            try kernel.setUp(bond)
            wanted.transmitHashPolicy = "layer2"
            try kernel.setBondAttributes(bond, wanted)
            #expect(try kernel.links()[bond]?.kind == .bond(wanted))
            wanted.lacpRate = "fast"
            let error = try #require(throws: NetlinkError.self) { try kernel.setBondAttributes(bond, wanted) }
            #expect(error.description.hasPrefix("cannot set bond options on bond0: device or resource busy"))
            try kernel.setDown(bond)
            try kernel.setBondAttributes(bond, wanted)
            #expect(try kernel.links()[bond]?.kind == .bond(wanted))
        }
    }

    @Test
    func `a VLAN link, enslaved to a bridge; one of 802.1ad is something else`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let (nic, vlan, bridge) = (try name("nic0"), try name("nic0.5"), try name("xapi1"))
            try makeNICs()
            let kind = LinkKind.vlan(VLANAttributes(parent: nic, tag: 5))
            try kernel.createLink(vlan, kind)
            try kernel.createLink(bridge, .bridge(BridgeAttributes()))
            try kernel.setMaster(vlan, bridge)
            var links = try kernel.links()
            #expect(links[vlan]?.kind == kind)
            #expect(links[vlan]?.master == bridge)
            #expect(try shell("ip -d link show nic0.5").contains("vlan protocol 802.1Q id 5"))
            try shell("ip link add link nic0 name nic0.6 type vlan proto 802.1ad id 6")
            links = try kernel.links()
            #expect(links[try name("nic0.6")]?.kind == .other("vlan"))
            try kernel.deleteLink(nic)
            #expect(try kernel.links()[vlan] == nil)
        }
    }

    @Test
    func `a VLAN of a device that is not there is an error`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let error = try #require(throws: NetlinkError.self) {
                try kernel.createLink(name("nic0.5"), .vlan(VLANAttributes(parent: name("nic0"), tag: 5)))
            }
            #expect(error.description == "cannot find nic0: no such device")
        }
    }
}
