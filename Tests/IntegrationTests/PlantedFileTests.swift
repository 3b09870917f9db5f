import Foundation
import NetConfig
import Testing

/// What somebody put where the program, or its DHCP client, writes.
@Suite("planted files", .serialized, .needsTestBed)
struct PlantedFileTests {
    private static let files = [
        "/run/interface-reconfigure/attached", "/var/run/dhclient-xenbr0.pid", "/var/lib/xcp/dhclient-xenbr0.leases",
        "/var/lib/xcp/dhclient-xenbr0.conf",
    ]

    /// A host on which `up` needs all of these files, and a file next to it that has to stay as it is.
    private func bed(planting command: String, at path: String) throws -> TestBed {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        for folder in ["/run/interface-reconfigure", "/var/lib/xcp"] { try bed.makeFolder(folder) }
        try bed.write("precious", to: "/precious")
        try bed.host("sh", "-c", "root=\(bed.root); place=$root\(path); \(command)")
        return bed
    }

    @Test(
        "a link or another user's file goes, and what a link leads to stays", arguments: files,
        [
            "ln -s $root/precious $place", "ln -s ../../../precious $place", "ln -s $root/missing $place",
            "echo 1 >$place; chown 1000:1000 $place; chmod 666 $place",
        ])
    func planted(path: String, command: String) throws {
        let bed = try bed(planting: command, at: path)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(bed.text("/precious") == "precious" && bed.text("/missing") == nil)
        #expect(try bed.host("stat", "--format=%F %U %a", bed.root + path) == "regular file root 644\n")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(bed.text("/precious") == "precious" && bed.text("/missing") == nil)
    }

    @Test("a FIFO is waited for by nobody: an error says where it is", arguments: files + [HostLock.path])
    func fifo(path: String) throws {
        let bed = try bed(planting: "mkfifo $place", at: path)
        let start = ContinuousClock.now
        try bed.takesBack(["--force", "xenbr0", "up"], saying: [bed.root + path])
        #expect(.now - start < .seconds(15))
    }

    @Test("another user's lock file is nobody's lock, and is not written to")
    func foreignLock() throws {
        let bed = try bed(planting: "echo mine >$place; chown 1000 $place; chmod 666 $place", at: HostLock.path)
        try bed.refuses(["--force", "xenbr0", "up"], saying: ["cannot lock \(bed.root + HostLock.path)"])
        #expect(bed.text(HostLock.path) == "mine\n")
    }

    @Test("what another user calls dhclient is neither believed nor ended")
    func foreignProcess() throws {
        let bed = try bed(planting: "echo secret >$root/secret; chmod 600 $root/secret", at: "")
        let program = bed.directory + "/dhclient"
        try "#!/bin/sh\nsleep 60\n".write(toFile: program, atomically: false, encoding: .utf8)
        try bed.host("chmod", "755", bed.directory, program)
        let arguments = "-cf \(bed.root)/secret -pf \(bed.root)/precious xenbr0"
        let user = "setpriv --reuid=1000 --regid=1000 --clear-groups"
        try bed.host("sh", "-c", "\(user) \(program) \(arguments) </dev/null >/dev/null 2>&1 & echo $! >\(program).pid")
        let pid = try #require(bed.lines(try String(contentsOfFile: "\(program).pid", encoding: .utf8)).first)
        // The client's own pid file would lead to it.
        try bed.write(pid, to: "/var/run/dhclient-xenbr0.pid")
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && !up.errors.contains("stop DHCP"), "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses.count == 1)
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(try bed.host("cat", "/proc/\(pid)/comm") == "dhclient\n")
        try bed.host("kill", pid)
    }
}
