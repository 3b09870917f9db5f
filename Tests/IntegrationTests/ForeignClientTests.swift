import Foundation
import NetConfigCore
import Testing

/// DHCP clients that another program started, with files of their own, on a card that goes into a bridge.
@Suite("DHCP clients of others", .serialized, .needsTestBed)
struct ForeignClientTests {
    private static let client =
        "/sbin/dhclient -4 -v -i -pf /run/dhclient.eth0.pid -lf /var/lib/dhcp/dhclient.eth0.leases eth0"

    private func bed(_ datapath: Datapath) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try bed.host("ip", "link", "set", "dev", "eth0", "up")
        try bed.host("sh", "-c", "mkdir -p /var/lib/dhcp; cd /var/lib/dhcp; MARK=theirs \(Self.client)")
        try #require(try bed.dhcpClient() != nil && bed.device("eth0").addresses.count == 1)
        return bed
    }

    @Test(arguments: Datapath.allCases)
    func `are ended whatever files they have, and the card stays bare`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.dhcpClient() == nil)
        #expect(try bed.device("eth0").addresses.isEmpty && bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        let again = try bed.run("--force", "xenbr0", "up")
        #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        // One that comes back while the card is in the bridge goes again.
        try bed.host("sh", "-c", Self.client)
        try bed.pinging("192.0.2.10") {
            let up = try bed.run("--force", "xenbr0", "up")
            #expect(up.status == 0, "\(up.errors)")
        }
        #expect(try bed.dhcpClient() == nil && bed.device("eth0").addresses.isEmpty)
    }

    @Test(arguments: Datapath.allCases)
    func `run again as they did where the change is taken back`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        let up = try bed.run("--force", "xenbr0", "up", "--confirm", "1")
        #expect(up.status == 1, "\(up.errors)")
        let client = try #require(try bed.dhcpClient())
        #expect(
            try bed.host("sh", "-c", "tr '\\0' ' ' </proc/\(client)/cmdline").hasSuffix("\(Self.client.dropFirst(15)) ")
        )
        #expect(try bed.host("sh", "-c", "tr '\\0' '\\n' </proc/\(client)/environ").contains("MARK=theirs\n"))
        try bed.expectPutBack(to: before)
    }

    @Test
    func `that are other programs are named and left alone`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let program = bed.directory + "/udhcpc"
        try "#!/bin/sh\nsleep 60\n".write(toFile: program, atomically: false, encoding: .utf8)
        try bed.host(
            "sh", "-c", "chmod 755 \(program); \(program) -i eth0 </dev/null >/dev/null 2>&1 & echo $! >\(program).pid")
        let pid = try #require(bed.lines(try String(contentsOfFile: "\(program).pid", encoding: .utf8)).first)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(
            up.status == 0 && up.errors.contains("warning: eth0: udhcpc (process \(pid)) may change"), "\(up.errors)")
        try bed.host("kill", pid)
        #expect(try !bed.run("--force", "xenbr0", "up").errors.contains("warning: "))
    }
}
