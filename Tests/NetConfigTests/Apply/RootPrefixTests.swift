import NetConfigSystem
import SystemPackage
import Testing

@Suite("the root prefix")
struct RootPrefixTests {
    @Test(arguments: [
        ("/../../etc/passwd", "/etc/passwd"),
        ("/a/../../../x", "/x"),
        ("/absolute/x", "/etc/x"),
        ("/climbing/x", "/etc/x"),
        ("/chain", "/etc/end"),
        ("/run/dhclient.pid", "/run/dhclient.pid"),
        ("/var/run/dhclient.pid", "/run/dhclient.pid"),
        ("/missing/./directory//file", "/missing/directory/file"),
        ("/", ""),
    ])
    func `nothing leads out of it`(path: String, place: String) throws {
        let directory = try TemporaryDirectory()
        try directory.link("/absolute", to: "/etc")
        try directory.link("/climbing", to: "../../../../../../etc")
        try directory.link("/chain", to: "second")
        try directory.link("/second", to: "/absolute/end")
        try directory.link("/var/run", to: "/run")
        #expect(try directory.root.resolve(path).string == directory.path + place)
    }

    @Test
    func `a loop of links is an error, not a hang`() throws {
        let directory = try TemporaryDirectory()
        try directory.link("/a", to: "/b")
        try directory.link("/b", to: "/a")
        let root = directory.root
        #expect(throws: FileError("resolve", "/a/x", .system(.tooManySymbolicLinkLevels))) { try root.resolve("/a/x") }
    }

    @Test(arguments: ["etc/passwd", "", "/a\0b"])
    func `a path that is not absolute, or that C would cut short, is refused`(path: String) {
        #expect(throws: FileError("resolve", path, .badPath)) { try RootPrefix("/tmp").resolve(path) }
    }

    @Test
    func `a program below the prefix comes before the system's`() throws {
        let directory = try TemporaryDirectory()
        #expect(directory.root.program(["/bin/true"]) == "/bin/true")
        #expect(directory.root.program(["/bin/no-such-program"]) == nil)
        try directory.write("", to: "/usr/bin/true", mode: 0o755)
        #expect(directory.root.program(["/bin/true", "/usr/bin/true"])?.string == directory.path + "/usr/bin/true")
    }
}
