@testable import NetConfigCore
import Foundation
import NetConfigSystem
import Testing

/// What another user or program put where the program, or its DHCP client, writes.
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
        for directory in ["/run/interface-reconfigure", "/var/lib/xcp"] { try bed.makeDirectory(directory) }
        try bed.write("precious", to: "/precious")
        try bed.host("sh", "-c", "root=\(bed.root); place=$root\(path); \(command)")
        return bed
    }

    @Test(
        arguments: files,
        [
            "ln -s $root/precious $place", "ln -s ../../../precious $place", "ln -s $root/missing $place",
            "echo 1 >$place; chown 1000:1000 $place; chmod 666 $place",
        ])
    func `a link or another user's file goes, and what a link leads to stays`(path: String, command: String) throws {
        let bed = try bed(planting: command, at: path)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(bed.text("/precious") == "precious" && bed.text("/missing") == nil)
        #expect(try bed.host("stat", "--format=%F %U %a", bed.root + path) == "regular file root 644\n")
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        #expect(bed.text("/precious") == "precious" && bed.text("/missing") == nil)
    }

    @Test(arguments: files.dropFirst() + [HostLock.path])
    func `a FIFO is not waited for: an error says where it is`(path: String) throws {
        let bed = try bed(planting: "mkfifo $place", at: path)
        let start = ContinuousClock.now
        try bed.takesBack(["--force", "xenbr0", "up", "--strict"], saying: [bed.root + path])
        #expect(.now - start < .seconds(15))
    }

    @Test
    func `a FIFO in place of the note of what is attached costs a warning`() throws {
        let bed = try bed(planting: "mkfifo $place", at: Self.files[0])
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        #expect(
            up.errors.contains(#/warning: .*/attached: it is not a regular file; continuing without it/#),
            "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses.count == 1)
    }

    @Test(arguments: ["lock", "."])
    func `a lock, or a directory of it, that is another user's is no lock`(name: String) throws {
        let bed = try bed(
            planting: "mkdir -p $place/\(name); chown 1000 $place/\(name)", at: "/run/interface-reconfigure")
        try bed.refuses(["--force", "xenbr0", "up"], saying: [bed.root + "/run/interface-reconfigure"])
        #expect(bed.text(HostLock.path + "/holder") == nil)
    }

    @Test
    func `others may no longer write in our directory, nor look at the lock, once a run was there`() throws {
        let bed = try bed(planting: "mkdir $place/lock; chmod 777 $place $place/lock", at: "/run/interface-reconfigure")
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let places = ["/run/interface-reconfigure", HostLock.path].map { bed.root + $0 }
        #expect(try bed.host(["stat", "--format=%a"] + places) == "755\n700\n")
    }

    @Test(
        arguments: [
            "echo mine >$place; chown 1000 $place; chmod 666 $place", "mkfifo $place", "mkdir $place",
            "ln -s $root/precious $place", "ln -s $root/missing $place", "ln $root/precious $place",
        ], [false, true])
    func `nothing that any user can plant in /run/lock keeps a run from its work`(command: String, isHeld: Bool) throws
    {
        let place = "/run/lock/interface-reconfigure.lock"
        let bed = try bed(planting: "mkdir -m 1777 $root/run/lock; \(command)", at: place)
        if isHeld { _ = try bed.script("flock --nonblock \(bed.root)\(place) sleep 30 >/dev/null 2>&1 &") }
        let start = ContinuousClock.now
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && .now - start < .seconds(15), "\(up.errors)")
        #expect(bed.text("/precious") == "precious")
        _ = try bed.script("pkill --ns $$ --nslist net --full 'sleep 30'")
    }

    @Test(arguments: [
        "ln -s $root/precious $place/cache; chown -h 1000 $place/cache",
        "ln -s $root $place/cache; chown -h 1000 $place/cache",
        "ln -s /dev/null $place/cache; chown -h 1000 $place/cache",
    ])
    func `another user's link leads neither what --cache reads nor what it writes anywhere`(command: String) throws {
        let bed = try bed(planting: "mkdir -m 1777 $place; \(command)", at: "/tmp")
        let leadsToDirectory = command.contains("ln -s $root $place")
        let cache = bed.root + "/tmp/cache" + (leadsToDirectory ? "/precious" : "")
        let rewrite = ["--force", "xenbr0", "rewrite", "--device=eth0", "--mac=x", "--mode=none"]
        try bed.refuses(rewrite + ["--cache", cache], saying: ["\(bed.root)/tmp/cache: it belongs to another user"])
        #expect(bed.text("/precious") == "precious")
        if !leadsToDirectory {
            try bed.refuses(
                ["--force", "xenbr0", "up", "--cache", cache], saying: ["\(cache): it belongs to another user"])
        }
        // The same link of root's is what an administrator wants.
        try bed.host("chown", "-h", "0:0", bed.root + "/tmp/cache")
        guard !command.contains("/dev/null") else { return }
        #expect(try bed.run(rewrite + ["--cache", cache]).status == 0)
        #expect(bed.text("/precious")?.contains("xenbr0") == true)
    }

    @Test
    func `what another user calls dhclient is neither believed nor ended`() throws {
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
