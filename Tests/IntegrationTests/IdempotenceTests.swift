import Foundation
import NetConfig
import Testing

/// "Nothing is changed that already is right", counted at the system calls.
@Suite("a second up", .serialized)
struct IdempotenceTests {
    @Test("sends no changing message, writes no row and no file", arguments: [Datapath.openvswitch, .bridge])
    func secondUpOnlyReads(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try FileManager.default.createDirectory(
            atPath: bed.root + "/etc/sysconfig/network-scripts", withIntermediateDirectories: true)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let trace = bed.directory + "/trace"
        let counter = datapath == .openvswitch ? try bed.vsctl("get", "Open_vSwitch", ".", "next_cfg") : ""
        let again = try bed.run(
            "--force", "xenbr0", "up",
            through: ["strace", "-f", "-s", "65536", "-o", trace, "-e", "trace=network,file,write,ftruncate,ioctl"])
        #expect(again.status == 0, "\(again.errors)")
        let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")

        let netlink = calls.filter { $0.contains("sendmsg(") || $0.contains("sendto(") && $0.contains("nlmsg_type") }
        #expect(netlink.contains { $0.contains("RTM_GETLINK") }, "the trace shows what was asked")
        for call in netlink {
            #expect(!call.contains("RTM_NEW") && !call.contains("RTM_DEL") && !call.contains("RTM_SET"))
        }

        let database = calls.filter { $0.contains("sendto(") && $0.contains("Open_vSwitch") }
        #expect(database.isEmpty == (datapath == .bridge))
        for call in database {
            for operation in ["insert", "update", "mutate", "delete"] {
                #expect(!call.contains(#"op\":\"\#(operation)"#))
            }
        }
        if datapath == .openvswitch { #expect(try bed.vsctl("get", "Open_vSwitch", ".", "next_cfg") == counter) }

        let written = calls.filter {
            $0.contains("O_WRONLY") || $0.contains("O_RDWR") || $0.contains("O_CREAT") || $0.contains("rename")
                || $0.contains("unlink")
        }
        // Every run signs its lock; that file holds nothing else.
        #expect(
            written.allSatisfy { $0.contains("interface-reconfigure.lock") || $0.contains("/dev/null") }, "\(written)")
    }

    @Test("loses no packet of a ping through the bridge", arguments: [Datapath.openvswitch, .bridge])
    func pingGoesOn(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        try bed.neighbour("ip", "address", "add", "192.0.2.1/24", "dev", "lan")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        let bridge = try bed.device("xenbr0")
        // One packet every 10 ms for two seconds, and meanwhile ten runs.
        let report = bed.directory + "/ping"
        let ping = "ping -i 0.01 -c 200 -w 10 -q 192.0.2.10 >\(report) 2>&1; echo ended >>\(report)"
        try bed.neighbour("sh", "-c", "(\(ping)) </dev/null >/dev/null 2>&1 &")
        for _ in 0..<10 { #expect(try bed.run("--force", "xenbr0", "up").status == 0) }
        #expect(try bed.script("timeout 15 sh -c 'until grep -q ended \(report); do sleep 0.05; done'").status == 0)
        let text = try String(contentsOfFile: report, encoding: .utf8)
        #expect(text.contains("200 packets transmitted, 200 received"), "\(text)")
        #expect(try bed.device("xenbr0").addresses == bridge.addresses)
    }
}
