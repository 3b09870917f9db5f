import NetConfigCore
import Testing

/// Details that are refused, while the host is on the network or comes onto it.
@Suite("reachability first", .serialized, .needsTestBed)
struct ReachabilityTests {
    private func bed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.addNeighbour("192.0.2.1/24")
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `a file that may not be replaced costs a warning at each run, and nothing else`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        let text = "nameserver 203.0.113.1\n"
        try bed.write(text, to: "/etc/resolv.conf")
        let file = bed.root + "/etc/resolv.conf"
        try bed.host("chattr", "+i", file)
        defer { _ = try? bed.host("chattr", "-i", file) }
        for run in 1...2 {
            try bed.pinging(run == 2 ? "192.0.2.10" : nil) {
                let up = try bed.run("--force", "xenbr0", "up")
                #expect(up.status == 0 && up.errors.contains(" with 1 warning\n"), "\(up.errors)")
                #expect(up.errors.contains("warning: replace file /etc/resolv.conf: "), "\(up.errors)")
            }
            #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
            #expect(bed.text("/etc/resolv.conf") == text)
        }
        let left = try bed.run("--force", "xenbr0", "up", "--dry-run").output
        #expect(left.split(separator: "\n").filter { $0.contains("  # ") }.count == 1, "\(left)")
        try bed.takesBack(["--force", "xenbr0", "up", "--strict"], saying: ["/etc/resolv.conf"])
    }

    @Test(arguments: Datapath.allCases)
    func `with --strict what a plan cannot have is a refusal before anything is done`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("<gateway>192.0.2.1</gateway>", with: "<gateway>192.0.2.255</gateway>")
        }
        let words = "gateway 192.0.2.255 ignored"
        try bed.refuses(
            ["--force", "xenbr0", "up", "--strict"], saying: ["nothing was changed", words, "Without --strict"])
        let dryRun = try bed.run("--force", "xenbr0", "up", "--strict", "--dry-run")
        #expect(dryRun.status == 1 && dryRun.output.contains("warning: PIF eth0: \(words)"), "\(dryRun)")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("warning: PIF eth0: \(words)"), "\(up.errors)")
    }

    @Test(arguments: Datapath.allCases)
    func `the second family's DHCP client that does not run costs the first nothing`(datapath: Datapath) throws {
        let bed = try bed(datapath)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("</pif>", with: "<ipv6_configuration_mode>DHCP</ipv6_configuration_mode></pif>")
        }
        try bed.install("/sbin/dhclient", "echo 'no such luck' >&2; exit 3")
        for run in 1...2 {
            try bed.pinging(run == 2 ? "192.0.2.10" : nil) {
                let up = try bed.run("--management", "--force", "xenbr0", "up")
                #expect(up.status == 0 && up.errors.contains("no such luck"), "\(up.errors)")
            }
            #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
            #expect(try bed.neighbourReaches("192.0.2.10"))
        }
    }

    @Test(
        arguments: Datapath.allCases,
        [
            ("the own subnet as a static route", "static-routes", "192.0.2.0/24/192.0.2.1"),
            ("a route over a gateway that there is not", "static-routes", "198.51.100.0/24/203.0.113.9"),
            ("an MTU that no card can have", "mtu", "70000"),
            ("an offload that the card has not", "ethtool-tso", "on"),
            ("an MTU that is none", "mtu", "-1"),
        ])
    func `what is odd in the record of a running network costs no packet`(
        datapath: Datapath, odd: (title: String, key: String, value: String)
    ) throws {
        let bed = try bed(datapath)
        #expect(try bed.run("--management", "--force", "xenbr0", "up").status == 0)
        try bed.edit("/var/xapi/network.dbcache") {
            let entry = "<other_config><\(odd.key)>\(odd.value)</\(odd.key)></other_config>"
            return $0.replacing("</pif>", with: "\(entry)</pif>")
        }
        try bed.pinging("192.0.2.10") {
            let up = try bed.run("--management", "--force", "xenbr0", "up")
            #expect(up.status == 0, "\(odd.title): \(up.errors)")
        }
        let again = try bed.run("--management", "--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(odd.title): \(again.errors)")
    }
}
