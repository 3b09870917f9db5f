import Foundation
import NetConfigCore
import Testing

/// What cannot be done gives exit 1, a message that says what is wrong, and leaves the host as it was.
@Suite("bad input", .serialized, .needsTestBed)
struct BadInputTests {
    @Test
    func `an unknown bridge is told with those that there are`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        try bed.refuses(["--force", "xenbr7", "up"], saying: ["the bridge 'xenbr7'", "known names: xenbr0, xenbr1"])
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `a missing card is told with its MAC address and the cards that there are`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/two-cards.dbcache", nics: ["52:54:00:00:00:10"])
        try bed.refuses(
            ["--force", "xenbr1", "up"],
            saying: ["needs network card eth1 (MAC 52:54:00:00:00:11)", "cards present: eth0 (52:54:00:00:00:10)"])
    }

    @Test
    func `cards whose names are swapped are told apart by their addresses`() throws {
        let bed = try TestBed(
            .bridge, cache: "plan/_topologies/two-cards.dbcache", nics: ["52:54:00:00:00:11", "52:54:00:00:00:10"])
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["52:54:00:00:00:10", "that is the address of eth1"])
    }

    @Test
    func `a card with an address that no card has is used with a warning`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache", nics: ["52:54:00:00:00:77"])
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(
            up.status == 0 && up.errors.contains("warning: PIF eth0: the record has MAC 52:54:00:00:00:10"),
            "\(up.errors)")
        #expect(try bed.device("xenbr0").isUp)
    }

    @Test(arguments: [
        ("", ["the cache is empty"]),
        (
            "<?xml version=\"1.0\" ?>\n<xenserver-network-configuration>\n<pif ref=\"a\">",
            ["network.dbcache: line 3"]
        ),
        ("<other/>", ["line 1", "xenserver-network-configuration"]),
        (
            "<xenserver-network-configuration>\n<pif ref=\"p\"><uuid>u</uuid><device>eth0</device><network>n</network>"
                + "<VLAN>-1</VLAN></pif></xenserver-network-configuration>", ["line 2", "network", "n"]
        ),
    ])
    func `a broken cache is told with file, line and column`(_ text: String, _ messages: [String]) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.write(text, to: "/var/xapi/network.dbcache")
        try bed.refuses(["--force", "xenbr0", "up"], saying: messages + ["/var/xapi/network.dbcache"])
    }

    @Test
    func `a cache that was cut off is told, and the copy of the last good one brings the host up`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let good = try #require(bed.text("/var/xapi/network.dbcache"))
        try bed.write(good, to: "/var/xapi/network.dbcache.last-good")
        try bed.write(String(good.prefix(good.count / 2)), to: "/var/xapi/network.dbcache")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("warning: "), "\(up.errors)")
        #expect(up.errors.contains("network.dbcache.last-good"), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test(arguments: ["", "mkdir", "mkfifo"])
    func `a missing cache, a directory and a pipe in its place are told at once`(_ command: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let path = bed.root + "/var/xapi/network.dbcache"
        try FileManager.default.removeItem(atPath: path)
        if !command.isEmpty { try bed.host(command, path) }
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["/var/xapi/network.dbcache"])
    }

    @Test
    func `two PIFs on one bridge are both named`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/two-cards.dbcache")
        let text = try #require(bed.text("/var/xapi/network.dbcache"))
        try bed.write(text.replacingOccurrences(of: "xenbr1", with: "xenbr0"), to: "/var/xapi/network.dbcache")
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["xenbr0", "network-eth0", "network-eth1"])
    }

    @Test(arguments: ["", "ovs\n"])
    func `without network.conf it is not known what to do`(_ text: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        if text.isEmpty {
            try FileManager.default.removeItem(atPath: bed.root + "/etc/xensource/network.conf")
        } else {
            try bed.write(text, to: "/etc/xensource/network.conf")
        }
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["/etc/xensource/network.conf"])
    }

    @Test(arguments: [Datapath.openvswitch, .bridge])
    func `a name that is taken is told with what has it`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ip", "link", "add", "name", "xenbr0", "type", "ifb")
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["cannot create bridge xenbr0", "a device of kind ifb"])
    }

    @Test
    func `a card that belongs to another program's bridge is left there`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ip", "link", "add", "name", "theirs", "type", "bridge")
        try bed.host("ip", "link", "set", "dev", "eth0", "master", "theirs")
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["cannot use eth0: it belongs to theirs"])
    }

    @Test(
        arguments: [
            ("br\\303\\274", "br\u{FC}"), ("br\\377\\033[2J", "br:ff:1b[2J"), ("\\342\\200\\256", ":e2:80:ae"),
        ],
        [Datapath.bridge, .openvswitch])
    func `a card that belongs to a bridge whose name cannot be asked for is left there all the same`(
        _ name: (octal: String, shown: String), _ datapath: Datapath
    ) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        let script =
            #"name=$(printf "$1"); ip link add name "$name" type bridge && ip link set dev eth0 master "$name""#
        try bed.host("sh", "-c", script, "sh", name.octal)
        let link = "/sys/class/net/eth0/master"
        let before = try bed.host("stat", "--format=%i", "--dereference", link)
        for arguments in [["--force", "xenbr0", "up"], ["--force", "xenbr0", "up", "--dry-run"]] {
            let result = try bed.run(arguments)
            #expect(result.status == 1)
            let message = "cannot use eth0: it belongs to \(name.shown), which is not a network of this host"
            #expect(result.errors.contains(message), "\(result.errors)")
        }
        #expect(try bed.host("stat", "--format=%i", "--dereference", link) == before)
        #expect(try !bed.host("ip", "-oneline", "link").contains("xenbr0"))
    }

    @Test
    func `a tunnel needs Open vSwitch`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/tunnel.dbcache")
        try bed.refuses(["--force", "xapi2", "up"], saying: ["tunnels need Open vSwitch"])
    }

    @Test
    func `without ovsdb-server nothing is touched`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["ovsdb-stop", bed.directory])
        try bed.refuses(
            ["--force", "xenbr0", "up"], saying: ["cannot connect to ovsdb-server at \(bed.directory)/ovs/db.sock"])
    }

    @Test
    func `a dry run changes nothing and shows each step with its reason`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let result = try bed.run("--force", "xenbr0", "up", "--dry-run", "--verbose")
        #expect(result.status == 0)
        #expect(result.output.contains("add address 192.0.2.10/24 to xenbr0  # static address of PIF eth0"))
        #expect(result.output.contains("undo: remove address 192.0.2.10/24 from xenbr0"))
        try bed.expectUntouched(since: before)
    }
}
