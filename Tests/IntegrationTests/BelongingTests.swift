import Foundation
import NetConfigCore
import Testing

/// What hangs on devices beyond what the planner knows is there again when a run is taken back, or was named before.
@Suite("what hangs on devices", .serialized, .needsTestBed)
struct BelongingTests {
    /// A management bridge that an administrator has made their own, and whose last step is made to fail.
    private func bed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host(
            "sh", "-ec",
            """
            ip address add 198.51.100.1/24 dev xenbr0 label xenbr0:web metric 77
            ip address add 198.51.101.1 peer 198.51.101.2/32 dev xenbr0
            ip address add 198.51.102.1/24 dev xenbr0 noprefixroute
            ip -6 address add 2001:db8:5::1/64 dev xenbr0 nodad preferred_lft 0
            ip neighbour add 192.0.2.77 lladdr 02:00:00:00:00:77 dev xenbr0 nud permanent
            ip route add 203.0.113.0/24 via 192.0.2.1 dev xenbr0 mtu 1300 metric 5
            ip route add 203.0.114.0/24 via 10.9.9.9 dev xenbr0 onlink
            ip route add 203.0.115.0/24 via 192.0.2.1 dev xenbr0 table 100
            ip route add 203.0.116.0/24 nexthop via 192.0.2.1 dev xenbr0 nexthop via 192.0.2.2 dev xenbr0 weight 2
            ip -6 route add 2001:db8:77::/48 via 2001:db8:5::9 dev xenbr0 table 100 pref high
            ip rule add iif xenbr0 table 100
            echo 0 >/proc/sys/net/ipv4/conf/xenbr0/send_redirects
            echo 77 >/proc/sys/net/ipv4/neigh/xenbr0/gc_stale_time
            ip link set xenbr0 alias web txqueuelen 77
            """)
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `is as it was after a run that failed late`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        if datapath == .bridge {
            try bed.host(
                "sh", "-ec",
                """
                ip link set xenbr0 type bridge ageing_time 7700 group_fwd_mask 8 priority 100 mcast_querier 1
                ip link set eth0 type bridge_slave hairpin on isolated on
                """)
        }
        let before = try bed.snapshot()
        let belongings = try bed.belongings()
        #expect(
            belongings.contains { $0.contains("203.0.115.0/24") } && belongings.contains { $0.contains("alias web") })
        // The last step of `down` forgets the note of what is attached; a signal comes with its failure.
        let fault = [
            "-P", "\(bed.root)/run/interface-reconfigure/attached", "-e", "inject=unlink:error=EROFS:signal=SIGTERM",
        ]
        let down = try bed.traced(["--force", "xenbr0", "down"], options: fault).result
        #expect(down.status == 1 && down.errors.contains("interrupted by SIGTERM"), "\(down.errors)")
        #expect(!down.errors.contains("could not be put back"), "\(down.errors)")
        try bed.expectPutBack(to: before)
        let now = try bed.belongings()
        #expect(now == belongings, "\(Set(now).symmetricDifference(belongings).sorted().joined(separator: "\n"))")
    }

    @Test
    func `that cannot be put back is named before, and --strict refuses`() throws {
        let bed = try bed(.bridge)
        try bed.host("ip", "link", "add", "mac0", "link", "xenbr0", "type", "macvlan")
        let plan = try bed.run("--force", "xenbr0", "down", "--dry-run")
        #expect(
            plan.status == 0 && plan.output.contains("lost for good: macvlan device mac0 of xenbr0"), "\(plan.output)")
        let json = try bed.run("--force", "xenbr0", "down", "--dry-run", "--format=json")
        #expect(
            json.output.contains("\"what\": \"macvlan device mac0\"")
                || json.output.contains("\"what\":\"macvlan device mac0\""))
        try bed.refuses(
            ["--force", "xenbr0", "down", "--strict"],
            saying: ["nothing was changed", "macvlan device mac0 of xenbr0", "Without --strict the rest would be done"])
        let strict = try bed.run("--force", "xenbr0", "down", "--strict", "--dry-run")
        #expect(strict.status == 1 && strict.output.contains("lost for good"))
        let down = try bed.run("--force", "xenbr0", "down")
        #expect(down.status == 0 && down.errors.contains("lost for good: macvlan device mac0"), "\(down.errors)")
    }

    @Test
    func `a point-to-point address goes, and stays away`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "address", "add", "198.51.100.1", "peer", "198.51.100.2/32", "dev", "xenbr0")
        try bed.host("ip", "-6", "address", "add", "2001:db8:9::1", "peer", "2001:db8:9::2/128", "dev", "xenbr0")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.errors.contains("remove address 198.51.100.1/32"), "\(up.errors)")
        #expect(try bed.host("ip", "address", "show", "dev", "xenbr0").contains("peer") == false)
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test
    func `a file that is replaced keeps its attributes, also when it is put back`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.write("nameserver 203.0.113.1\n", to: "/etc/resolv.conf")
        let path = bed.root + "/etc/resolv.conf"
        try bed.host("python3", "-c", "import os,sys; os.setxattr(sys.argv[1], 'user.note', b'mine')", path)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let kept = try bed.host("python3", "-c", "import os,sys; print(os.getxattr(sys.argv[1], 'user.note'))", path)
        #expect(kept == "b'mine'\n" && bed.text("/etc/resolv.conf") != "nameserver 203.0.113.1\n")
    }
}

extension TestBed {
    /// Lines about what hangs on `xenbr0` that a snapshot leaves out.
    fileprivate func belongings() throws -> [String] {
        let script = """
            ip -4 route show table all; ip -6 route show table all; ip rule; ip -6 rule
            ip neighbour show nud permanent; ip -o address show dev xenbr0 scope global | cut -d' ' -f2-
            cd /proc/sys/net; grep -s . ipv[46]/conf/xenbr0/* ipv[46]/neigh/xenbr0/*
            ip -details link show dev xenbr0 | grep -o 'ageing_time [0-9]*\\|group_fwd_mask [^ ]*\\|alias .*\\|qlen [0-9]*'
            bridge -details link show dev eth0 2>/dev/null | grep -o 'hairpin [a-z]*\\|isolated [a-z]*'
            """
        let lines = lines(try self.script(script).output)
        return lines.filter { !$0.contains("fe80:") && !$0.contains("ff00::") }.map {
            $0.replacing(#/ expires \d+sec| linkdown| tentative/#, with: "")
        }.sorted()
    }
}
