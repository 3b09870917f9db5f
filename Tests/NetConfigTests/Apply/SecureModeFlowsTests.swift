@testable import NetConfigCore
@testable import NetConfigSystem
import Testing

@Suite("flows for secure mode")
struct SecureModeFlowsTests {
    private func flows(out: DeviceName?, in uplinks: [DeviceName]) throws -> [SecureModeFlow] {
        let mac = try #require(MACAddress("00:16:3e:01:02:03"))
        return uplinks.map { SecureModeFlow(.arpRequestsIn(uplink: $0), mac: mac) }
            + [SecureModeFlow(.arpOut(uplink: out), mac: mac), SecureModeFlow(.anythingOut(uplink: out), mac: mac)]
            + uplinks.map { SecureModeFlow(.anythingIn(uplink: $0), mac: mac) }
    }

    @Test
    func `one uplink: its port number in and out`() throws {
        let eth0 = try #require(DeviceName("eth0"))
        #expect(
            try SecureModeFlows.text(flows(out: eth0, in: [eth0]), ports: ["eth0": 7, "xenbr0": 65534]) == """
                idle_timeout=0,priority=0,in_port=7,arp,arp_op=1,actions=local
                idle_timeout=0,priority=0,in_port=local,arp,dl_src=00:16:3e:01:02:03,actions=output:7
                idle_timeout=0,priority=0,in_port=local,dl_src=00:16:3e:01:02:03,actions=output:7
                idle_timeout=0,priority=0,in_port=7,dl_dst=00:16:3e:01:02:03,actions=local

                """)
    }

    @Test
    func `a bond: in from each slave, out where the switch sends it`() throws {
        let slaves = try ["eth0", "eth1"].map { try #require(DeviceName($0)) }
        #expect(
            try SecureModeFlows.text(flows(out: nil, in: slaves), ports: ["eth0": 1, "eth1": 2]) == """
                idle_timeout=0,priority=0,in_port=1,arp,arp_op=1,actions=local
                idle_timeout=0,priority=0,in_port=2,arp,arp_op=1,actions=local
                idle_timeout=0,priority=0,in_port=local,arp,dl_src=00:16:3e:01:02:03,actions=NORMAL
                idle_timeout=0,priority=0,in_port=local,dl_src=00:16:3e:01:02:03,actions=NORMAL
                idle_timeout=0,priority=0,in_port=1,dl_dst=00:16:3e:01:02:03,actions=local
                idle_timeout=0,priority=0,in_port=2,dl_dst=00:16:3e:01:02:03,actions=local

                """)
    }

    @Test
    func `a VLAN: the flows take the tag off and put it on, and go before those without one`() throws {
        let (eth0, eth1, xapi5) = try (
            #require(DeviceName("eth0")), #require(DeviceName("eth1")), #require(DeviceName("xapi5"))
        )
        let mac = try #require(MACAddress("00:16:3e:01:02:03"))
        let access = SecureModeFlow.Access(xapi5, tag: 5)
        let ports = ["eth0": 7, "eth1": 8, "xapi5": 9]
        let single = SecureModeFlow.forManagement(over: [eth0], mac: mac, access: access)
        #expect(
            try SecureModeFlows.text(single, ports: ports) == """
                idle_timeout=0,priority=1,in_port=7,dl_vlan=5,arp,arp_op=1,actions=strip_vlan,output:9
                idle_timeout=0,priority=1,in_port=9,arp,dl_src=00:16:3e:01:02:03,actions=mod_vlan_vid:5,output:7
                idle_timeout=0,priority=1,in_port=9,dl_src=00:16:3e:01:02:03,actions=mod_vlan_vid:5,output:7
                idle_timeout=0,priority=1,in_port=7,dl_vlan=5,dl_dst=00:16:3e:01:02:03,actions=strip_vlan,output:9

                """)
        let bond = SecureModeFlow.forManagement(over: [eth0, eth1], mac: mac, access: access)
        #expect(
            try SecureModeFlows.text(bond, ports: ports).contains(
                "priority=1,in_port=9,dl_src=00:16:3e:01:02:03,actions=NORMAL\n"))
    }

    @Test
    func `what is there is found among what could be, in the order and case of ovs-ofctl`() throws {
        let (eth0, xapi5) = (try #require(DeviceName("eth0")), try #require(DeviceName("xapi5")))
        let untagged = try flows(out: eth0, in: [eth0])
        let tagged = SecureModeFlow.forManagement(
            over: [eth0], mac: try #require(MACAddress("00:16:3e:01:02:03")),
            access: SecureModeFlow.Access(xapi5, tag: 5))
        let dump = """
            NXST_FLOW reply (xid=0x4):
             cookie=0x0, duration=3.1s, table=0, n_packets=0, n_bytes=0, idle_age=3, priority=0,arp,in_port=7,arp_op=1 actions=LOCAL
             cookie=0x0, duration=3.1s, table=0, n_packets=0, n_bytes=0, priority=0,arp,in_port=LOCAL,dl_src=00:16:3e:01:02:03 actions=output:7
             cookie=0x0, duration=3.1s, table=0, n_packets=0, n_bytes=0, priority=0,in_port=LOCAL,dl_src=00:16:3e:01:02:04 actions=output:7
             cookie=0x0, duration=3.1s, table=0, n_packets=0, n_bytes=0, priority=5,in_port=7,dl_dst=00:16:3e:01:02:03 actions=LOCAL
             cookie=0x0, duration=3.1s, table=0, n_packets=0, n_bytes=0, priority=1,in_port=7,dl_vlan=5,dl_dst=00:16:3e:01:02:03 actions=strip_vlan,output:9

            """
        let found = SecureModeFlows.present(among: untagged + tagged, in: dump, ports: ["eth0": 7, "xapi5": 9])
        #expect(found == [untagged[0], untagged[1], tagged[3]])
        #expect(SecureModeFlows.present(among: untagged, in: dump, ports: [:]).isEmpty)
    }

    @Test
    func `the removal has matches and priority alone`() throws {
        let eth0 = try #require(DeviceName("eth0"))
        #expect(
            try SecureModeFlows.text(flows(out: eth0, in: [eth0]), ports: ["eth0": 7], withActions: false) == """
                priority=0,in_port=7,arp,arp_op=1
                priority=0,in_port=local,arp,dl_src=00:16:3e:01:02:03
                priority=0,in_port=local,dl_src=00:16:3e:01:02:03
                priority=0,in_port=7,dl_dst=00:16:3e:01:02:03

                """)
    }

    @Test(arguments: [nil, -1, 0, 65534] as [Int?])
    func `an uplink without a port number is an error that names it`(number: Int?) throws {
        let eth0 = try #require(DeviceName("eth0"))
        let flows = try flows(out: eth0, in: [eth0])
        let ports = number.map { ["eth0": $0] } ?? [:]
        #expect(throws: SecureModeFlows.MissingPort(uplink: eth0)) { try SecureModeFlows.text(flows, ports: ports) }
    }
}
