@testable import NetConfigCore
@testable import NetConfigSystem
import Testing

/// That columns and rows which are not ours outlive our changes.
@Suite(.enabled(if: OpenVswitch.isUsable, "needs root and Open vSwitch"), .serialized)
struct OVSDBOthersTests {
    /// A bridge with everything that others may have set, and a port of it with more.
    private func decorate(_ ovs: OpenVswitch) throws {
        try ovs.addNIC("nic0")
        try ovs.vsctl(
            """
            add-br br0 -- set bridge br0 datapath_type=netdev external_ids:theirs=1 flood_vlans=0,7 \
              -- add-port br0 nic0 -- set port nic0 external_ids:vm=x tag=0 trunks=0 \
              -- set interface nic0 ingress_policing_rate=1000 bfd:min_tx=500 mtu_request=1400 \
              -- set port nic0 qos=@q -- --id=@q create qos type=linux-htb other-config:max-rate=1000000 \
              -- set bridge br0 mirrors=@m -- --id=@p get port nic0 -- --id=@b get port br0 \
              -- --id=@m create mirror name=m select_src_port=@p,@b output_port=@p \
              -- set-controller br0 tcp:127.0.0.1:6653 -- set controller br0 max_backoff=9000 \
              -- --id=@s create sflow target='"127.0.0.1:6343"' sampling=64 -- set bridge br0 sflow=@s
            """)
    }

    /// What ovs-vsctl shows of all that, without identities that change.
    private func decorations(_ ovs: OpenVswitch) throws -> String {
        try ovs.vsctl(
            """
            --columns=external_ids,flood_vlans,datapath_type list bridge br0 \
              -- --columns=external_ids,tag,trunks,qos list port nic0 \
              -- --columns=ingress_policing_rate,bfd,mtu_request list interface nic0 \
              -- --columns=name list mirror -- --columns=target,max_backoff list controller \
              -- --columns=targets,sampling list sflow -- get port nic0 qos
            """)
    }

    /// The ports that the mirror knows, by name.
    private func mirrored(_ ovs: OpenVswitch) throws -> [String] {
        var names: [String] = []
        for port in ["br0", "nic0"] {
            let uuid = try ovs.vsctl("get port \(port) _uuid")
            let mirror = try ovs.vsctl("get mirror m select_src_port output_port").split(separator: "\n")
            if try #require(mirror.first).contains(uuid) { names.append("source " + port) }
            if try #require(mirror.last).contains(uuid) { names.append("output " + port) }
        }
        return names
    }

    @Test func `what others have set survives an update`() throws {
        let ovs = try OpenVswitch()
        try decorate(ovs)
        let (before, mirrors) = try (decorations(ovs), mirrored(ovs))
        #expect(mirrors == ["source br0", "source nic0", "output nic0"])
        let client = try OVSDBClient(socket: ovs.socket)
        let change = try client.readState().changing("br0") { $0["fail_mode"] = .string("secure") }
        try client.commit([change])
        #expect(try ovs.vsctl("get bridge br0 fail_mode") == "secure")
        try client.commit([change.inverse])
        #expect(try ovs.vsctl("get bridge br0 fail_mode") == "[]")
        #expect(try decorations(ovs) == before)
        #expect(try mirrored(ovs) == mirrors)
    }

    @Test(arguments: [1, 2])
    func `what others have set comes back when a deleted bridge is restored`(times: Int) throws {
        let ovs = try OpenVswitch()
        try decorate(ovs)
        let (before, mirrors) = try (decorations(ovs), mirrored(ovs))
        let client = try OVSDBClient(socket: ovs.socket)
        let changes = try client.readState().deleting("br0")
        for _ in 0..<times {
            try client.commit(changes)
            #expect(try ovs.vsctl("list-br") == "")
            #expect(try ovs.vsctl("list mirror") == "")
            try client.commit(changes.reversed().map(\.inverse))
        }
        #expect(try decorations(ovs) == before)
        #expect(try mirrored(ovs) == mirrors)
    }

    @Test func `what others have set comes back when a bridge is restored that another client has deleted`() throws {
        let ovs = try OpenVswitch()
        try decorate(ovs)
        let (before, mirrors) = try (decorations(ovs), mirrored(ovs))
        let witness = try OVSDBClient(socket: ovs.socket)
        let state = try witness.readState()
        let culprit = try OVSDBClient(socket: ovs.socket)
        try culprit.commit(culprit.readState().deleting("br0"))
        try witness.commit(witness.readState().changes(to: state))
        #expect(try decorations(ovs) == before)
        #expect(try mirrored(ovs) == mirrors)
    }

    @Test func `a port that another client has removed is mirrored again by a mirror that stayed`() throws {
        let ovs = try OpenVswitch()
        try decorate(ovs)
        let (before, mirrors) = try (decorations(ovs), mirrored(ovs))
        let witness = try OVSDBClient(socket: ovs.socket)
        let state = try witness.readState()
        try ovs.vsctl("del-port br0 nic0")
        #expect(try ovs.vsctl("list-ports br0") == "")
        try witness.commit(witness.readState().changes(to: state))
        #expect(try decorations(ovs) == before)
        #expect(try mirrored(ovs) == mirrors)
    }

    @Test func `a restored port is mirrored again by a mirror that stayed`() throws {
        let ovs = try OpenVswitch()
        try decorate(ovs)
        let (before, mirrors) = try (decorations(ovs), mirrored(ovs))
        let client = try OVSDBClient(socket: ovs.socket)
        let state = try client.readState()
        let changes = try [
            state.changing("br0") { $0.members.removeAll { $0 == "nic0" } },
            VswitchChange(.port, "nic0", before: state.ports["nic0"], after: nil),
            VswitchChange(.interface, "nic0", before: state.interfaces["nic0"], after: nil),
        ]
        try client.commit(changes)
        try client.commit(changes.reversed().map(\.inverse))
        #expect(try decorations(ovs) == before)
        #expect(try mirrored(ovs) == mirrors)
    }
}
