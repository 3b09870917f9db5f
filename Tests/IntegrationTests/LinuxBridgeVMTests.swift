@testable import NetConfigCore
import Foundation
import Testing

/// Bonds and VLANs of the Linux bridge datapath, on a kernel that has them (`Scripts/vm`).
@Suite("bonds and VLANs on the Linux bridge", .serialized)
struct LinuxBridgeVMTests {
    /// Brings a bridge up twice and gives the host; the second time must find nothing to do.
    private func upTwice(_ topology: String, _ name: String) throws -> TestBed {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/\(topology).dbcache")
        for expected in ["done in", "nothing to do"] {
            let up = try bed.run("--force", name, "up")
            #expect(up.status == 0 && up.errors.contains(expected), "\(up.errors)")
        }
        return bed
    }

    /// Takes it down: only the cards are left, down and free.
    private func downToNothing(_ bed: TestBed, _ name: String) throws {
        let down = try bed.run("--force", name, "down")
        #expect(down.status == 0, "\(down.errors)")
        let devices = try bed.devices()
        #expect(devices.keys.sorted() == ["eth0", "eth1", "lo"])
        for name in ["eth0", "eth1"] {
            #expect(devices[name]?.isUp == false)
            #expect(devices[name]?.master == nil)
        }
        #expect(try bed.routes().isEmpty)
    }

    @Test
    func `a bond has its options and slaves, and carries the bridge's traffic`() throws {
        let bed = try upTwice("bond", "xapi1")
        let state = try bed.host("cat", "/proc/net/bonding/bond0")
        for line in [
            "Bonding Mode: fault-tolerance (active-backup)", "MII Polling Interval (ms): 100",
            "Up Delay (ms): 31000", "Down Delay (ms): 200", "Slave Interface: eth0", "Slave Interface: eth1",
        ] { #expect(state.contains(line), "\(line) in \(state)") }
        #expect(try bed.device("bond0").master == "xapi1")
        #expect(try bed.device("bond0").address == "52:54:00:00:00:10")
        #expect(try bed.device("eth1").address == "52:54:00:00:00:10")
        #expect(try bed.device("xapi1").addresses == ["192.0.2.20/24"])
        try bed.neighbour("ip", "address", "add", "192.0.2.1/24", "dev", "lan")
        #expect(try bed.neighbourReaches("192.0.2.20"))
        try downToNothing(bed, "xapi1")
        #expect(try bed.device("eth1").address == "52:54:00:00:00:11", "a slave gets its own address back")
    }

    @Test
    func `a VLAN link with the tag of its PIF is the uplink of the VLAN's bridge`() throws {
        let bed = try upTwice("vlan-static", "xapi5")
        #expect(try bed.device("eth0.5").master == "xapi5")
        #expect(try bed.host("ip", "-details", "link", "show", "eth0.5").contains("vlan protocol 802.1Q id 5"))
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"])
        #expect(try bed.devices()["xenbr0"] == nil, "the PIF underneath is not attached")
        try bed.bed(["vlan", bed.directory, "5", "198.51.100.1/24"])
        #expect(try bed.neighbourReaches("198.51.100.5"))
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.device("xapi5").addresses == ["198.51.100.5/24"], "the VLAN stays usable")
        #expect(try bed.device("eth0").isUp)
        try downToNothing(bed, "xapi5")
    }

    @Test
    func `a VLAN on a bond comes with the bond and goes with it`() throws {
        let bed = try upTwice("vlan-on-bond", "xapi5")
        #expect(try bed.device("bond0.5").master == "xapi5")
        #expect(try bed.device("bond0").isUp)
        try bed.bed(["vlan", bed.directory, "5", "198.51.100.1/24"])
        #expect(try bed.neighbourReaches("198.51.100.5"))
        try downToNothing(bed, "xapi5")
    }

    @Test(arguments: [("bridgeless", "eth0"), ("bridgeless-vlan", "eth0.5"), ("bridgeless-bond", "bond0")])
    func `without a bridge the card, bond or VLAN link carries the address itself`(_ topology: String, _ device: String)
        throws
    {
        let bed = try upTwice(topology, device)
        #expect(try bed.device(device).addresses.count == 1)
        #expect(try bed.devices().values.allSatisfy { $0.linkinfo?.info_kind != "bridge" })
        try downToNothing(bed, device)
    }

    @Test
    func `the installer's cache brings its bond up with IPv4 and IPv6`() throws {
        let bed = try TestBed(.bridge, cache: "cache/installer.xml", nics: ["02:00:00:00:10:00", "02:00:00:00:10:01"])
        let up = try bed.run("--management", "--force", "xapi1", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device("xapi1").addresses == ["192.0.2.20/24", "2001:db8::20/64"])
        #expect(try bed.routes().contains("default via 192.0.2.1 dev xapi1 proto static"))
    }

    @Test
    func `a rewritten cache with a tag brings its VLAN up`() throws {
        let bed = try TestBed(.bridge, cache: "cache/original.xml")
        let rewrite = try bed.run(
            "--force", "xapi9", "rewrite", "--mac=x", "--device=eth0", "--mode=static", "--ip=198.51.100.5",
            "--netmask=255.255.255.0", "--vlan=5")
        #expect(rewrite.status == 0, "\(rewrite.errors)")
        #expect(try bed.run("--management", "--force", "xapi9", "up").status == 0)
        #expect(try bed.device("eth0.5").master == "xapi9")
        #expect(try bed.device("xapi9").addresses == ["198.51.100.5/24"])
    }
}
