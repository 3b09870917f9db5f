@testable import NetConfigCore
import Testing

/// Multicast snooping on Open vSwitch: which port gets the frames of which group.
@Suite("multicast snooping", .serialized, .needsTestBed)
struct MulticastTests {
    /// A virtual machine in a namespace of its own, plugged into xenbr0: it joins 239.1.2.3, and tells it by itself just then.
    private static let guest = """
        ip link add vif1.0 type veth peer name guest0
        ip link set vif1.0 up
        ovs-vsctl --timeout=10 add-port xenbr0 vif1.0
        unshare --net python3 - >/dev/null 2>&1 <<'END' &
        import os, socket, time
        while not any(name == "guest0" for _, name in socket.if_nameindex()):
            time.sleep(0.01)
        os.system("ip address add 198.51.100.9/24 dev guest0; ip link set guest0 up")
        group = socket.inet_aton("239.1.2.3") + socket.inet_aton("198.51.100.9")
        member = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        time.sleep(60)
        END
        until ip link set guest0 netns $! 2>/dev/null && ! ip link show guest0 >/dev/null 2>&1; do sleep 0.05; done
        sleep 3
        """

    @Test
    func `a bridge that begins to snoop learns the groups of what is plugged in already`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        let first = try bed.run("--force", "xenbr0", "up")
        #expect(first.status == 0 && !first.errors.contains("multicast groups"), "\(first.errors)")
        try bed.host("sh", "-ec", Self.guest)
        try bed.edit("/var/xapi/network.dbcache") {
            let pool = "<pool ref='pool'><igmp_snooping_enabled>True</igmp_snooping_enabled></pool>"
            return $0.replacing("</xenserver-network", with: "\(pool)</xenserver-network")
        }
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("\nask for multicast groups on xenbr0: "), "\(up.errors)")
        try bed.wait("Open vSwitch has learnt the group") {
            try bed.host("ovs-appctl", "--timeout=5", "mdb/show", "xenbr0").contains("239.1.2.3")
        }
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
    }
}
