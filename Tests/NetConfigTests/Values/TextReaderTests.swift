import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Whatever reads text from outside takes it apart as shells and the kernel do: by bytes.
@Suite("readers of text from outside")
struct TextReaderTests {
    @Test
    func `an inventory is read as a shell reads it, whatever follows its quotes, signs and lines`() {
        let inventory = Inventory(
            "A='x'\u{301}\r\nB=\u{301}'y z'\r\n\u{2028}C=1\nD='\u{301}\u{200D}'\u{FE0F} e\nF\u{301}=2\n\tG=3\r\n")
        #expect(inventory["A"]?.isExactly("x\u{301}") == true)
        #expect(inventory["B"]?.isExactly("\u{301}y z") == true)
        #expect(inventory["C"] == nil && inventory["F"] == nil && inventory["G"] == "3")
        #expect(inventory["D"]?.isExactly("\u{301}\u{200D}\u{FE0F}") == true)
    }

    @Test
    func `the choice of datapath is the first line's bytes`() throws {
        #expect(try NetworkBackend.datapath(in: "openvswitch\r\nbridge", file: "f") == .openvswitch)
        #expect(try NetworkBackend.datapath(in: " bridge \n\u{301}", file: "f") == .bridge)
        for text in ["bridge\u{301}\n", "bridge\u{200D}", "\u{FEFF}bridge", "bridge\u{2028}", "bridge\rx"] {
            #expect(throws: NetworkBackend.Failure.self) { try NetworkBackend.datapath(in: text, file: "f") }
        }
    }

    @Test
    func `the NIC that the host booted over is found beside accents and CR LF`() {
        let text = "x\u{301}\r\nHWaddr:\t00:11:22:33:44:55\r\n\u{200D}"
        #expect(NetworkBootCard.macAddress(in: text) == MACAddress("00:11:22:33:44:55"))
    }

    @Test
    func `what is attached is a name a line, and a CR belongs to no name`() throws {
        let file = FileContents("xenbr0\r\nxenbr1\u{301}\n\u{301}xenbr2\nxenbr3\n")
        #expect(file.text.lines().compactMap { DeviceName(String($0))?.text } == ["xenbr0", "xenbr3"])
    }

    @Test(arguments: ["\u{301}", "\u{200D}", "\u{FE0F}", "\r\n"])
    func `a session's reference is not shown, whatever it begins with`(start: String) {
        let shown = HostLock.command(["up", "--session=\(start)secret", "--sess", "\(start)secret2"])
        #expect(shown == "up --session=… --sess …")
        #expect("x\(start)secret\u{301}".substituting("\(start)secret", with: "…").isExactly("x…\u{301}"))
    }

    @Test(arguments: ["\u{301}", "\u{200D}", "\u{FE0F}"])
    func `a planted link leads nowhere else, whatever follows its slashes`(follower: String) throws {
        let directory = try TemporaryDirectory()
        let outside = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: directory.path + "/etc", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: directory.path + "/etc/d", withDestinationPath: outside.path)
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/etc/resolv.conf", withDestinationPath: "d/\(follower)x")
        let place = try directory.root.resolve("/etc/resolv.conf").string
        #expect(place.isExactly("\(directory.path)\(outside.path)/\(follower)x"))
        try ConfigurationFiles(below: directory.root).replace("/etc/resolv.conf", with: FileContents("x"))
        #expect(try outside.names(in: "").isEmpty)
    }

    @Test(arguments: ["\u{301}", "\u{200D}", "\u{FE0F}"])
    func `addresses, prefixes, routes and devices have no accents`(mark: String) {
        for text in ["192.0.2.1\(mark)", "192.0\(mark).2.1", "2001:db8:\(mark):1", "::1\(mark)", "2001:\u{FF10}::"] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        #expect(IPPrefix("192.0.2.0/\(mark)24") == nil && IPPrefix("192.0.2.0/24\(mark)") == nil)
        #expect(Route(staticRoute: "192.0.2.0/24\(mark)/192.0.2.1") == nil)
        #expect(DeviceName("eth0\(mark)") == nil && MACAddress("00:11:22:33:44:55\(mark)") == nil)
        #expect(VswitchController.host(inTarget: "ssl:[::1]\(mark)") == "::1")
    }

    @Test
    func `dhclient's configuration has its quotes escaped, and a change of bytes is a change`() throws {
        let device = try #require(DeviceName("a\"\\b"))
        let text = DHCPConfiguration.text(for: device, .v4, timeout: 60, wantsRouters: true, wantsDNS: true)
        #expect(text.includes("interface \"a\\\"\\\\b\" {"))
        let one = DHCPClient(device: device, family: .v4, configuration: "\u{E9}\n", environment: [])
        var other = one
        other.configuration = "e\u{301}\n"
        #expect(!DHCPConfiguration.areAlike(one, other))
    }
}
