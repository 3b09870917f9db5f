import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("configuration files")
struct ConfigurationFilesTests {
    @Test
    func `files that are no text are read, compared and put back byte for byte`() throws {
        let directory = try TemporaryDirectory()
        let files = ConfigurationFiles(below: directory.root)
        let old =
            Array("# caf\u{E9}\r\nnameserver 192.0.2.1\n".unicodeScalars.map { UInt8($0.value) }) + [0xFF, 0, 0x0A]
        try files.replace("/etc/resolv.conf", with: FileContents(old))
        let read = try #require(try files.read(["/etc/resolv.conf"])["/etc/resolv.conf"])
        #expect(read.bytes == old && read.exactText == nil && read != FileContents(read.text))
        try files.replace("/etc/resolv.conf", with: FileContents("new"))
        try files.replace("/etc/resolv.conf", with: read)
        #expect(FileManager.default.contents(atPath: directory.path + "/etc/resolv.conf") == Data(old))
        let copy = try JSONDecoder().decode(FileContents.self, from: try JSONEncoder().encode(read))
        #expect(copy == read)
    }

    @Test
    func `the lines of others in /etc/sysconfig/network stay as they were, in whatever encoding`() {
        let old: [UInt8] =
            [0x23, 0xFC, 0x0D, 0x0A] + Array("GATEWAYDEV=a\r\nA\u{301}='\u{301}'\nGATEWAYDEV\u{301}=x".utf8)
        let new = ConfigurationText.network(old, setting: [("GATEWAYDEV", "xenbr0")])
        #expect(
            new == [0x23, 0xFC, 0x0D, 0x0A]
                + Array("GATEWAYDEV=xenbr0\nA\u{301}='\u{301}'\nGATEWAYDEV\u{301}=x\n".utf8))
    }

    @Test(arguments: [UInt16(0o644), 0o600, 0o640])
    func `a file is made with its directories, text and mode, and read back`(mode: UInt16) throws {
        let directory = try TemporaryDirectory()
        let files = ConfigurationFiles(below: directory.root)
        let contents = FileContents("xenbr0\n", mode: mode)
        try files.replace("/run/interface-reconfigure/attached", with: contents)
        #expect(
            try files.read(["/run/interface-reconfigure/attached", "/missing", "/run/interface-reconfigure/attached/x"])
                == ["/run/interface-reconfigure/attached": contents])
        #expect(try directory.names(in: "/run/interface-reconfigure") == ["attached"])
    }

    @Test
    func `replacing makes a new file: a reader of the old one keeps the old text`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("old", to: "/etc/x")
        let reader = try #require(FileHandle(forReadingAtPath: directory.path + "/etc/x"))
        try ConfigurationFiles(below: directory.root).replace("/etc/x", with: FileContents("new"))
        #expect(try reader.readToEnd() == Data("old".utf8))
        #expect(directory.text("/etc/x") == "new")
    }

    @Test(arguments: ["/etc/x", "/no/directory/x"])
    func `removing a file that is not there is no error`(path: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("old", to: "/etc/x")
        try ConfigurationFiles(below: directory.root).replace(path, with: nil)
        try ConfigurationFiles(below: directory.root).replace(path, with: nil)
        #expect(directory.text(path) == nil)
    }

    @Test(arguments: [
        ("../run/resolv.conf", "/run/resolv.conf"), ("/run/resolv.conf", "/run/resolv.conf"),
        ("../../../../../../run/new/resolv.conf", "/run/new/resolv.conf"),
    ])
    func `a symbolic link stays one, and its target changes, below the prefix`(target: String, place: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("old", to: "/run/resolv.conf")
        try directory.link("/etc/resolv.conf", to: target)
        let files = ConfigurationFiles(below: directory.root)
        try files.replace("/etc/resolv.conf", with: FileContents("new"))
        #expect(try directory.destination(ofLink: "/etc/resolv.conf") == target)
        #expect(directory.text(place) == "new")
        #expect(try files.read(["/etc/resolv.conf"])["/etc/resolv.conf"] == FileContents("new"))
    }

    @Test(
        arguments: ["/run/interface-reconfigure/attached", "/var/run/dhclient-xenbr0.pid"],
        ["../../precious", "/precious", "../../missing", "/missing", ".", "attached"])
    func `where only this program writes, a link counts as no file, and goes instead of the file that it leads to`(
        path: String, target: String
    ) throws {
        let directory = try TemporaryDirectory()
        let files = ConfigurationFiles(below: directory.root)
        try directory.write("precious", to: "/precious")
        // As the kernel would follow it, which knows no prefix.
        let target = target.hasPrefix("/") ? directory.path + target : target
        for contents in [FileContents("new"), nil] {
            try directory.link(path, to: target)
            #expect(try files.read([path]) == [:])
            try files.replace(path, with: contents)
            #expect(directory.text(path) == contents?.text)
            try files.replace(path, with: nil)
            try directory.link(path, to: target)
            try files.clear(path)
            #expect(try files.read([path]) == [:])
            #expect(directory.text("/precious") == "precious" && directory.text("/missing") == nil)
        }
        let name = try #require(path.split(separator: "/").last)
        #expect(try !directory.names(in: String(path.dropLast(name.count + 1))).contains(String(name)))
    }

    @Test
    func `what is ours is not cleared away, and neither is what an administrator made a link`() throws {
        let directory = try TemporaryDirectory()
        let files = ConfigurationFiles(below: directory.root)
        try directory.write("lease", to: "/var/lib/dhclient/dhclient-xenbr0.leases")
        try files.clear("/var/lib/dhclient/dhclient-xenbr0.leases")
        #expect(directory.text("/var/lib/dhclient/dhclient-xenbr0.leases") == "lease")
        try directory.link("/etc/resolv.conf", to: "/missing")
        try files.clear("/etc/resolv.conf")
        #expect(try directory.destination(ofLink: "/etc/resolv.conf") == "/missing")
        try #require(unsafe mkfifo(directory.path + "/var/lib/dhclient/fifo", 0o600) == 0)
        #expect(throws: FileError("remove", directory.path + "/var/lib/dhclient/fifo", .notRegular)) {
            try files.clear("/var/lib/dhclient/fifo")
        }
    }

    @Test
    func `what a killed run left is removed, and never written through`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", to: "/precious")
        try directory.link("/etc/.x.new-1", to: directory.path + "/precious")
        try ConfigurationFiles(below: directory.root).replace("/etc/x", with: FileContents("new"))
        #expect(directory.text("/precious") == "precious")
        #expect(try directory.names(in: "/etc") == [".x.new-1", "x"], "a link is nothing of ours")
        try FileManager.default.removeItem(atPath: directory.path + "/etc/.x.new-1")
        try directory.write("half", to: "/etc/.x.new-1")
        try ConfigurationFiles(below: directory.root).replace("/etc/x", with: nil)
        #expect(try directory.names(in: "/etc") == [])
    }

    @Test(arguments: [true, false])
    func `a directory or a FIFO counts as missing, and is not replaced or removed`(isDirectory: Bool) throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/etc/other")
        if isDirectory {
            try FileManager.default.createDirectory(
                atPath: directory.path + "/etc/x", withIntermediateDirectories: true)
        } else {
            try #require(unsafe mkfifo(directory.path + "/etc/x", 0o600) == 0)
        }
        let files = ConfigurationFiles(below: directory.root)
        #expect(try files.read(["/etc/x"]) == [:])
        #expect(throws: FileError("replace", directory.path + "/etc/x", .notRegular)) {
            try files.replace("/etc/x", with: FileContents("new"))
        }
        #expect(throws: FileError("remove", directory.path + "/etc/x", .notRegular)) {
            try files.replace("/etc/x", with: nil)
        }
        #expect(try directory.names(in: "/etc") == ["other", "x"])
    }

    @Test(arguments: [
        ("ln -s /dev/null x", "it is not a regular file"), ("mkdir x", "it is not a regular file"),
        ("ln -s ../run/gone x", "it is a symbolic link to ../run/gone, which does not exist"),
        ("ln -s x x", "too many levels of symbolic links"), ("mkfifo x", "it is not a regular file"),
        (
            "mkdir -p ../run/systemd/resolve; echo >../run/systemd/resolve/s; ln -s ../run/systemd/resolve/s x",
            Self.resolved
        ),
        ("ln -s /run/systemd/resolve/s x", Self.resolved), ("true", nil), ("echo >x", nil),
        ("echo >y; ln -s y x", nil), ("truncate -s 2M x", "it is larger than 1048576 bytes"),
    ])
    func `what keeps a file below /etc from being written is said before anything is tried`(
        command: String, obstacle: String?
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/etc/other")
        try directory.write("", to: "/dev/other")
        _ = try ChildProcess("/bin/sh", ["-c", "cd \(directory.path)/etc; mknod ../dev/null p; \(command)"])
            .run(timeLimit: .seconds(5))
        let found = ConfigurationFiles(below: directory.root).look(at: ["/etc/x", "/etc/other"])
        #expect(found.obstacles == (obstacle.map { ["/etc/x": $0] } ?? [:]))
        #expect(found.files["/etc/other"] != nil)
    }

    private static let resolved = "it is a symbolic link into /run/systemd/resolve, which systemd-resolved manages"

    @Test
    func `a file that cannot be replaced is written over, and nothing of a longer text stays`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("a longer text", to: "/etc/x")
        try AtomicFile(directory.path + "/etc/x").overwrite(with: Array("new".utf8))
        #expect(directory.text("/etc/x") == "new")
        try directory.link("/etc/y", to: "x")
        #expect(throws: FileError.self) { try AtomicFile(directory.path + "/etc/y").overwrite(with: []) }
        #expect(throws: FileError.self) { try AtomicFile(directory.path + "/etc/gone").overwrite(with: []) }
        #expect(directory.text("/etc/x") == "new" && directory.text("/etc/gone") == nil)
    }

    @Test
    func `a file that is too large is an error, one of the largest size is not`() throws {
        let directory = try TemporaryDirectory()
        let files = ConfigurationFiles(below: directory.root)
        try directory.write(String(repeating: "x", count: ConfigurationFiles.sizeLimit), to: "/etc/x")
        #expect(try files.read(["/etc/x"])["/etc/x"]?.text.utf8.count == ConfigurationFiles.sizeLimit)
        try directory.write(String(repeating: "x", count: ConfigurationFiles.sizeLimit + 1), to: "/etc/x")
        #expect(throws: FileError("read", "/etc/x", .tooLarge(limit: ConfigurationFiles.sizeLimit))) {
            try files.read(["/etc/x"])
        }
    }

    @Test
    func `a failure says what could not be done to which file`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/etc")
        let files = ConfigurationFiles(below: directory.root)
        let error = #expect(throws: FileError.self) { try files.replace("/etc/x", with: FileContents("new")) }
        #expect(error?.description == "cannot replace \(directory.path)/etc/x: not a directory")
    }

    @Test
    func `directories and programs are seen through links, below the prefix`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/sbin/update-issue", mode: 0o755)
        try directory.write("", to: "/sbin/data")
        try directory.link("/usr/sbin", to: "/sbin")
        let files = ConfigurationFiles(below: directory.root)
        let paths = ["/sbin", "/usr/sbin", "/sbin/update-issue", "/usr/sbin/update-issue", "/sbin/data", "/bin/true"]
        #expect(files.directories(among: paths) == ["/sbin", "/usr/sbin"])
        #expect(files.programs(among: paths) == ["/sbin/update-issue", "/usr/sbin/update-issue"])
    }
}
