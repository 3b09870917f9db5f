import NetConfigSystem
import SystemPackage
import Testing

@Suite("The root prefix")
struct RootPrefixTests {
    @Test(
        "Nothing leads out of it",
        arguments: [
            ("/../../etc/passwd", "/etc/passwd"),
            ("/a/../../../x", "/x"),
            ("/absolute/x", "/etc/x"),
            ("/climbing/x", "/etc/x"),
            ("/chain", "/etc/end"),
            ("/run/dhclient.pid", "/run/dhclient.pid"),
            ("/var/run/dhclient.pid", "/run/dhclient.pid"),
            ("/missing/./folder//file", "/missing/folder/file"),
            ("/", ""),
        ])
    func staysInside(path: String, place: String) throws {
        let folder = try TemporaryFolder()
        try folder.link("/absolute", to: "/etc")
        try folder.link("/climbing", to: "../../../../../../etc")
        try folder.link("/chain", to: "second")
        try folder.link("/second", to: "/absolute/end")
        try folder.link("/var/run", to: "/run")
        #expect(try folder.root.resolve(path).string == folder.path + place)
    }

    @Test("A loop of links is an error, not a hang")
    func loop() throws {
        let folder = try TemporaryFolder()
        try folder.link("/a", to: "/b")
        try folder.link("/b", to: "/a")
        let root = folder.root
        #expect(throws: FileError("resolve", "/a/x", .system(.tooManySymbolicLinkLevels))) { try root.resolve("/a/x") }
    }

    @Test("A path that is not absolute, or that C would cut short, is refused", arguments: ["etc/passwd", "", "/a\0b"])
    func badPath(path: String) {
        #expect(throws: FileError("resolve", path, .badPath)) { try RootPrefix("/tmp").resolve(path) }
    }

    @Test("A program below the prefix comes before the system's")
    func programs() throws {
        let folder = try TemporaryFolder()
        #expect(folder.root.program(["/bin/true"]) == "/bin/true")
        #expect(folder.root.program(["/bin/no-such-program"]) == nil)
        try folder.write("", to: "/usr/bin/true", mode: 0o755)
        #expect(folder.root.program(["/bin/true", "/usr/bin/true"])?.string == folder.path + "/usr/bin/true")
    }
}
