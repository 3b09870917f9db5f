import NetConfig
import Testing

@Suite("Flows for secure mode")
struct SecureModeFlowsTests {
    private func flows(out: DeviceName?, in uplinks: [DeviceName]) throws -> [SecureModeFlow] {
        let mac = try #require(MACAddress("00:16:3e:01:02:03"))
        return uplinks.map { SecureModeFlow(.arpRequestsIn(uplink: $0), mac: mac) }
            + [SecureModeFlow(.arpOut(uplink: out), mac: mac), SecureModeFlow(.anythingOut(uplink: out), mac: mac)]
            + uplinks.map { SecureModeFlow(.anythingIn(uplink: $0), mac: mac) }
    }

    @Test("One uplink: its port number in and out")
    func singleUplink() throws {
        let eth0 = try #require(DeviceName("eth0"))
        #expect(
            try SecureModeFlows.text(flows(out: eth0, in: [eth0]), ports: ["eth0": 7, "xenbr0": 65534]) == """
                idle_timeout=0,priority=0,in_port=7,arp,arp_op=1,actions=local
                idle_timeout=0,priority=0,in_port=local,arp,dl_src=00:16:3e:01:02:03,actions=output:7
                idle_timeout=0,priority=0,in_port=local,dl_src=00:16:3e:01:02:03,actions=output:7
                idle_timeout=0,priority=0,in_port=7,dl_dst=00:16:3e:01:02:03,actions=local

                """)
    }

    @Test("A bond: in from each slave, out where the switch sends it")
    func bond() throws {
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

    @Test("The removal has matches and priority alone")
    func removal() throws {
        let eth0 = try #require(DeviceName("eth0"))
        #expect(
            try SecureModeFlows.text(flows(out: eth0, in: [eth0]), ports: ["eth0": 7], withActions: false) == """
                priority=0,in_port=7,arp,arp_op=1
                priority=0,in_port=local,arp,dl_src=00:16:3e:01:02:03
                priority=0,in_port=local,dl_src=00:16:3e:01:02:03
                priority=0,in_port=7,dl_dst=00:16:3e:01:02:03

                """)
    }

    @Test("An uplink without a port number is an error that names it", arguments: [nil, -1, 0, 65534] as [Int?])
    func missingPort(number: Int?) throws {
        let eth0 = try #require(DeviceName("eth0"))
        let flows = try flows(out: eth0, in: [eth0])
        let ports = number.map { ["eth0": $0] } ?? [:]
        #expect(throws: SecureModeFlows.MissingPort(uplink: eth0)) { try SecureModeFlows.text(flows, ports: ports) }
    }
}
