import SystemPackage
import Testing

@testable import NetConfigSystem

@Suite struct OVSDBErrorTests {
    private static let socket = "/var/run/openvswitch/db.sock"

    @Test(arguments: [
        (
            OVSDBError.transport(.connect, socket: socket, .noSuchFileOrDirectory),
            "cannot connect to ovsdb-server at /var/run/openvswitch/db.sock: no such file or directory"
        ),
        (
            .notFinished(nextCfg: 7, curCfg: 6, seconds: 20),
            "ovs-vswitchd did not finish the change within 20 s (next_cfg 7, cur_cfg 6); is it running?"
        ),
        (
            .timedOut(awaited: "an answer to transact", socket: socket, seconds: 0.5),
            "timed out after 0.5 s waiting for an answer to transact from ovsdb-server at /var/run/openvswitch/db.sock"
        ),
        (
            .interfaces(["eth1": "no OpenFlow port", "eth0": "could not open network device eth0 (No such device)"]),
            "ovs-vswitchd could not set up eth0: could not open network device eth0 (No such device); "
                + "eth1: no OpenFlow port"
        ),
    ])
    func `an error is one sentence`(error: OVSDBError, sentence: String) {
        #expect(error.description == sentence)
    }
}
