import Foundation
import NetConfigCore
import Testing

/// What a run finds when it looks once more after its last step: others at work behind its back.
@Suite("the look after the last step", .serialized, .needsTestBed)
struct VerificationTests {
    /// A process like udev's: it hears of each change of a link or an address, and answers with a command. Each message of the
    /// run waits, so that the answer comes between its step and the look.
    private func run(
        _ bed: TestBed, _ arguments: [String] = ["--force", "xenbr0", "up"], against command: String
    ) throws -> TestBed.Result {
        let ready = bed.directory + "/watches"
        try bed.host(
            "sh", "-c",
            "(: >\(ready); ip monitor link address | while read -r line; do \(command); done) </dev/null >/dev/null 2>&1 &"
        )
        try bed.wait("the other program watches") { FileManager.default.fileExists(atPath: ready) }
        usleep(200_000)
        return try bed.traced(arguments, options: ["-e", "inject=sendmsg:delay_enter=60000"]).result
    }

    @Test(arguments: Datapath.allCases)
    func `an MTU that another program sets back is a warning with the value and the step`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>1400<") }
        let up = try run(
            bed, against: "ip link show eth0 | grep -q 'mtu 1400' && ip link set eth0 mtu 1450")
        #expect(up.status == 0, "\(up.errors)")
        #expect(
            up.errors.contains("warning: set eth0 mtu 1400: this was done, and yet the MTU of eth0 is 1450 afterwards"),
            "\(up.errors)")
        // The MTU of a bridge of the kernel follows.
        #expect(up.errors.contains(" with \(datapath == .bridge ? "2 warnings" : "1 warning")\n"))
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
    }

    @Test(arguments: Datapath.allCases)
    func `an address that another program removes takes the change back`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let up = try run(bed, against: "ip address delete 192.0.2.10/24 dev xenbr0")
        #expect(up.status == 1, "\(up.errors)")
        #expect(
            up.errors.contains(
                "add address 192.0.2.10/24 to xenbr0: this was done, and yet the address 192.0.2.10/24 of xenbr0 is missing afterwards"
            ), "\(up.errors)")
        #expect(up.errors.contains("put back what was there: "))
        try bed.expectPutBack(to: before)
    }

    @Test
    func `what the run did not touch is told apart, and takes nothing back`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing("<MTU>1500<", with: "<MTU>1400<") }
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        try bed.host("ip", "address", "flush", "dev", "xenbr0")
        let up = try run(bed, against: "ip link show eth0 | grep -q 'mtu 1400' && ip link set eth0 mtu 1450")
        #expect(up.status == 0, "\(up.errors)")
        #expect(
            up.errors.contains(
                "warning: set eth0 mtu 1400: the MTU of eth0 is 1450 now: something else has changed it since this run began"
            ), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
    }

    @Test
    func `a port that does not stay on Open vSwitch's bridge takes the change back`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let up = try run(
            bed,
            against:
                "ip address show xenbr0 | grep -q 192.0.2.10 && ovs-vsctl --timeout=2 --if-exists del-port xenbr0 eth0")
        #expect(up.status == 1, "\(up.errors)")
        #expect(
            up.errors.contains("this was done, and yet the Bridge row of xenbr0, the Port row of eth0 and the "),
            "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test
    func `a sysctl that does not stick is a warning`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let path = "/proc/sys/net/ipv6/conf/xenbr0/accept_ra"
        let up = try run(bed, against: "grep -q 0 \(path) && echo 1 >\(path)")
        #expect(up.status == 0, "\(up.errors)")
        #expect(
            up.errors.contains(
                "this was done, and yet the IPv6 configuration of xenbr0 is accept_ra 1 autoconf 0 afterwards"),
            "\(up.errors)")
        try bed.expect("eth0 up in xenbr0\nxenbr0 up 192.0.2.10/24")
    }

    /// The kernel takes generic segmentation offload without scatter-gather, and leaves it off in silence: the action itself
    /// looks, and the last look does not say it again.
    @Test(arguments: Datapath.allCases)
    func `a driver that takes a setting and does not have it is one warning`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.host("ethtool", "-K", "eth0", "sg", "off")
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing("</DNS>", with: "</DNS><other_config><ethtool-gso>on</ethtool-gso></other_config>")
        }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(up.errors.contains("warning: set eth0 offload gso on: cannot turn gso on on eth0"), "\(up.errors)")
        #expect(up.errors.contains(" with 1 warning\n"), "\(up.errors)")
    }

    @Test
    func `a run that changed nothing looks once`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        func looks() throws -> Int {
            let (run, trace) = try bed.traced("--force", "xenbr0", "up")
            try #require(run.status == 0, "\(run.errors)")
            return trace.netlink.count { $0.contains("nlmsg_type=RTM_GETLINK") && $0.contains("NLM_F_DUMP") }
        }
        let (first, second) = (try looks(), try looks())
        #expect(first == 2 * second && second > 0, "\(first) and \(second) looks")
    }
}
