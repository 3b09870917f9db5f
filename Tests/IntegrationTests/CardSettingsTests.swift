import Foundation
import NetConfigCore
import Testing

/// Offloads, link settings and MTUs as the records say them, read back by other programs.
@Suite("settings of cards", .serialized, .needsTestBed)
struct CardSettingsTests {
    /// The features of a device as `ethtool -k` shows them, by the names that records use.
    private func features(_ bed: TestBed, _ device: String) throws -> [String: String] {
        let names = [
            "generic-receive-offload": "gro", "tcp-segmentation-offload": "tso", "tx-checksumming": "tx",
            "scatter-gather": "sg", "generic-segmentation-offload": "gso", "rx-checksumming": "rx",
        ]
        return bed.lines(try bed.host("ethtool", "-k", device)).reduce(into: [:]) { features, line in
            let parts = line.split(separator: ":").map { $0.trimmingCharacters(in: .whitespaces) }
            if let name = parts.first.flatMap({ names[$0] }) { features[name] = parts.last }
        }
    }

    @Test(arguments: Datapath.allCases)
    func `a card has the defaults, then what its record says; its bridge what the network says`(_ datapath: Datapath)
        throws
    {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ethtool", "-K", "eth0", "gro", "on")
        let before = try features(bed, "eth0")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        var expected = before
        expected["gro"] = "off"
        #expect(try features(bed, "eth0") == expected)
        let bridge = try bed.host("ethtool", "-k", "xenbr0")
        #expect(bridge.contains("large-receive-offload: off [fixed]"), "the default costs no step")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))

        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "</DNS>",
                with: "</DNS><other_config><ethtool-tso>off</ethtool-tso><ethtool-gso>off</ethtool-gso>"
                    + "<ethtool-gro>on</ethtool-gro></other_config>"
            )
            .replacing("<MTU>", with: "<other_config><ethtool-tx>off</ethtool-tx></other_config><MTU>")
        }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        expected.merge(["tso": "off", "gso": "off", "gro": "on"]) { $1 }
        #expect(try features(bed, "eth0") == expected)
        #expect(try features(bed, "xenbr0")["tx"] == "off")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test(arguments: Datapath.allCases)
    func `what a card refuses is a warning, and the rest is done`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        // A veth has no large receive offload, and does not let its speed be set.
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "</DNS>",
                with: "</DNS><other_config><ethtool-lro>on</ethtool-lro><ethtool-speed>1000</ethtool-speed>"
                    + "<ethtool-duplex>half</ethtool-duplex><ethtool-tso>off</ethtool-tso></other_config>")
        }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0)
        #expect(up.errors.contains("warning: eth0: cannot switch lro on"), "\(up.errors)")
        #expect(up.errors.contains("warning: set eth0 link speed 1000 duplex half"), "\(up.errors)")
        #expect(try features(bed, "eth0")["tso"] == "off")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
    }

    @Test(arguments: Datapath.allCases)
    func `a card that cannot have its MTU has its greatest, with a warning at each run`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache", nics: [])
        try bed.host("ip", "tuntap", "add", "dev", "eth0", "mode", "tap")
        try bed.host("ip", "link", "set", "dev", "eth0", "address", "52:54:00:00:00:10")
        let limit = try #require(
            try bed.host("ip", "-details", "link", "show", "eth0").firstMatch(of: #/maxmtu (\d+)/#))
        try #require(Int(limit.1).map { $0 < 65535 } == true)
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>65535<") }
        for isFirst in [true, false] {
            let up = try bed.run("--force", "xenbr0", "up")
            let warning = "is above the maximum of eth0; using \(limit.1)"
            #expect(up.status == 0 && up.errors.contains(warning), "\(up.errors)")
            #expect(up.errors.contains("nothing to do") == !isFirst, "\(up.errors)")
            for name in ["eth0", "xenbr0"] { #expect(try bed.device(name).mtu == Int(limit.1)) }
            try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
        }
    }

    @Test
    func `a device of Open vSwitch that cannot have its MTU has its greatest`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/vlan-static.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing(#/<MTU>\d+</#, with: "<MTU>65535<") }
        for bridge in ["xenbr0", "xapi5"] {
            for isFirst in [true, false] {
                let up = try bed.run("--force", bridge, "up")
                let details = try bed.host("ip", "-details", "link", "show", bridge)
                let limit = try #require(details.firstMatch(of: #/maxmtu (\d+)/#).flatMap { Int($0.1) })
                let says = up.errors.contains("is above the maximum of \(bridge); using \(limit)")
                #expect(up.status == 0 && says == (limit < 65535), "\(up.errors)")
                #expect(up.errors.contains("nothing to do") == !isFirst, "\(up.errors)")
                #expect(try bed.device(bridge).mtu == limit)
            }
            let show = try bed.run("show", bridge).output
            #expect(show.hasSuffix("all attached networks are as configured\n"), "\(show)")
        }
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }
}
