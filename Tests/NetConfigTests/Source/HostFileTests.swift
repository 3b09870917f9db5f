import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct HostFileTests {
    @Test(arguments: [
        ("A='one'", "one"), ("A=\"one two\"", "one two"), ("A=one", "one"), ("A=", ""), ("  A='x'  ", "x"),
        ("A=one # comment", "one"), ("A='#'", "#"), ("A='it'\\''s'", "it's"), ("A=\"a\\\"b\\$\\x\"", "a\"b$\\x"),
        ("A='$(reboot)`id`$B'", "$(reboot)`id`$B"), ("A=$(reboot)", "$(reboot)"), ("A='1'\nA='2'", "2"),
        ("#A='x'", nil), ("A = 'x'", nil), ("A='x", nil), ("1A='x'", nil), ("A-B='x'", nil), ("garbage", nil),
        ("", nil), ("export A=one", "one"), ("  export  A='one two'", "one two"), ("export\tA=\"x\"", "x"),
        ("readonly A=x", "x"), ("declare A=x", "x"), ("B=1 A=2", "2"), ("export B='1' A='2'; C=3", "2"),
        ("A=1;B=2", "1"),
        ("A=1; B=2", "1"), ("B='x;A=2'", nil), ("exportA=1", nil), ("export", nil), ("export A", nil),
        ("# export A=1", nil),
        ("\u{FEFF}A=1", "1"), ("export A='x", nil), ("A=o'n'\"e\"", "one"), ("B='x' # A=2", nil),
    ])
    func `inventory lines are read as a shell would, and nothing is run`(text: String, value: String?) {
        #expect(Inventory(text)["A"] == value)
    }

    @Test(arguments: [
        "export A=one", "  export  A='one two'", "readonly A=x", "B=1 A=2", "export B='1' A='2'; C=3", "A=1;B=2",
        "B='x;A=2'",
        "exportA=1", "export A", "# export A=1", "A=o'n'\"e\"", "B='x' # A=2", "A='it'\\''s'", "A=\"a\\\"b\\$\"",
        "export A=\"#\";",
    ])
    func `a shell that sources such a line takes the same from it`(_ line: String) throws {
        let command = ["-c", "A=unset; eval \"$1\"; printf %s \"$A\"", "sh", line]
        let sourced = try ChildProcess("/bin/sh", command).run(timeLimit: .seconds(30)).standardOutput
        #expect((Inventory(line)["A"] ?? "unset") == sourced)
    }

    @Test func `a line that exports a variable is replaced where it is, and exports it still`() throws {
        let old = Array(
            "A='1'\nexport MANAGEMENT_INTERFACE='xenbr0'\n\tCURRENT_INTERFACES=''\nMANAGEMENT_INTERFACE=x\n".utf8)
        let new = ResetText.inventory(old, management: "xenbr1")
        #expect(
            String(decoding: new, as: UTF8.self)
                == "A='1'\nexport MANAGEMENT_INTERFACE='xenbr1'\n\tCURRENT_INTERFACES=''\n")
        #expect(Inventory(String(decoding: new, as: UTF8.self))["MANAGEMENT_INTERFACE"] == "xenbr1")
    }

    @Test func `an inventory has the host's interfaces`() throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/inventory").replace(
                with: "PRODUCT_BRAND='XCP-ng'\nMANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr0 xapi1'\n")
            let inventory = try Inventory(contentsOf: "\(directory)/inventory")
            #expect(inventory["MANAGEMENT_INTERFACE"] == "xenbr0")
            #expect(inventory["CURRENT_INTERFACES"] == "xenbr0 xapi1")
        }
    }

    @Test(
        arguments: [
            ("bridge", .bridge), ("bridge\n", .bridge), ("openvswitch\nbridge\n", .openvswitch),
            ("vswitch", .openvswitch),
            (" vswitch \r\n", .openvswitch), ("\nbridge", nil), ("# a\nbridge", nil), ("Bridge", nil),
            ("bridge 1", nil),
        ] as [(String, Datapath?)])
    func `the first line chooses the datapath`(text: String, expected: Datapath?) throws {
        try TemporaryDirectory.with { directory in
            let path = "\(directory)/network.conf"
            try AtomicFile(path).replace(with: text)
            guard expected == nil else {
                #expect(try NetworkBackend.datapath(contentsOf: path) == expected)
                return
            }
            let error = try #require(throws: NetworkBackend.Failure.self) {
                try NetworkBackend.datapath(contentsOf: path)
            }
            #expect(error.description.hasPrefix("\(path): the first line is '"))
        }
    }

    @Test(arguments: ["", "\n", " \t\r\n\n", "# bridge\n", "\n  # bridge or openvswitch\n"])
    func `a file that says nothing makes no choice`(text: String) throws {
        #expect(try NetworkBackend.datapath(in: text, file: "f") == nil)
    }

    @Test func `a missing choice of datapath is an error that names the file`() throws {
        let path = "/nonexistent/network.conf"
        let error = try #require(throws: NetworkBackend.Failure.self) { try NetworkBackend.datapath(contentsOf: path) }
        #expect(error.description == "cannot read /nonexistent/network.conf: no such file or directory")
    }

    @Test(arguments: [
        ("Server: x\nHWaddr: 00:16:3E:01:02:03\n", "00:16:3e:01:02:03"),
        ("hwADDR:00:16:3e:01:02:03 eth0", "00:16:3e:01:02:03"),
        ("HWaddr: none", nil), ("", nil),
    ])
    func `the NIC that a host booted over is known by its MAC address`(text: String, mac: String?) {
        #expect(NetworkBootCard.macAddress(in: text)?.description == mac)
    }

    @Test func `other hosts did not boot over a NIC`() throws {
        #expect(try NetworkBootCard.macAddress(contentsOf: "/nonexistent/ardence") == nil)
    }
}
