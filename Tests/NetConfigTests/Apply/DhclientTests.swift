import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("finding DHCP clients")
struct DhclientTests {
    @Test(arguments: ["1", "\(getpid())", "4194303", "0", "-1", "nonsense", "", "99999999999999"])
    func `a stale pid file is ignored`(pid: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(pid + "\n", to: "/var/run/dhclient-nosuchdev0.pid")
        let device = try #require(DeviceName("nosuchdev0"))
        #expect(Dhclient(below: directory.root).clients(of: [device]).isEmpty)
    }

    @Test
    func `a configuration without a process is what a run that was killed has left`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("timeout 60;\n", to: "/var/lib/dhclient/dhclient-nosuchdev0.conf")
        let device = try #require(DeviceName("nosuchdev0"))
        let client = try #require(Dhclient(below: directory.root).clients(of: [device]).first)
        #expect(client.progress == .gone && client.configuration == "timeout 60;\n")
    }

    @Test
    func `a pid file may be a link, a FIFO or a directory, and nothing hangs`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/var/run/other")
        try #require(unsafe mkfifo(directory.path + "/var/run/dhclient-nosuchdev0.pid", 0o600) == 0)
        let device = try #require(DeviceName("nosuchdev0"))
        #expect(Dhclient(below: directory.root).clients(of: [device]).isEmpty)
    }

    struct CommandLine: Sendable, CustomTestStringConvertible {
        let text: String
        var v4 = false
        var v6 = false
        var testDescription: String { text }
    }

    @Test(arguments: [
        CommandLine(text: "/sbin/dhclient -pf /var/run/dhclient-xenbr0.pid xenbr0", v4: true),
        CommandLine(text: "dhclient -6 -pf /var/run/dhclient6-xenbr0.pid xenbr0", v6: true),
        CommandLine(text: "dhclient -q -cf xenbr0 -lf xenbr0 -pf xenbr0 xenbr1"),
        CommandLine(text: "dhclient -e xenbr0 -H xenbr0 xenbr1"),
        CommandLine(text: "dhclient xenbr1 xenbr0", v4: true),
        CommandLine(text: "dhclient -r xenbr0"),
        CommandLine(text: "dhclient -x xenbr0"),
        // For all devices: not one's.
        CommandLine(text: "dhclient"),
        CommandLine(text: "dhclient -pf"),
    ])
    func `a command line says which device and family a client is for`(line: CommandLine) throws {
        let device = try #require(DeviceName("xenbr0"))
        let arguments = line.text.split(separator: " ").map(String.init)
        let process = DhclientProcess(ProgramProcess(pid: 1, arguments: arguments))
        #expect(process.configures(device, .v4) == line.v4)
        #expect(process.configures(device, .v6) == line.v6)
    }

    @Test
    func `a device that dhclient would take for an option is refused`() throws {
        let directory = try TemporaryDirectory()
        let device = try #require(DeviceName("-r"))
        let client = DHCPClient(device: device, family: .v4, configuration: "", environment: [])
        #expect(throws: DHCPClientError.badDevice(device)) {
            try Dhclient(below: directory.root).start(client, patience: 0) { _, _ in false }
        }
    }

    @Test
    func `ending a client that does not run removes its stale pid file, and signals no process`() throws {
        let directory = try TemporaryDirectory()
        // This very process: a `dhclient -r` would end it.
        try directory.write("\(getpid())\n", to: "/var/run/dhclient-nosuchdev0.pid")
        let device = try #require(DeviceName("nosuchdev0"))
        try Dhclient(below: directory.root).stop(
            DHCPClient(device: device, family: .v4, configuration: "", environment: []))
        #expect(try directory.names(in: "/var/run") == [])
    }

    @Test(arguments: [
        ("80", true), ("c0", false), ("40", false), ("88", false), ("00", true),
    ])
    func `a link-local address counts when the kernel has found no other host that has it`(
        flags: String, isUsable: Bool
    ) throws {
        let device = try #require(DeviceName("xenbr0"))
        let table = """
            00000000000000000000000000000001 01 80 10 80       lo
            20010db8000000000000000000000001 02 40 00 80   xenbr0
            fe8000000000000002163efffe010203 02 40 20 \(flags)   xenbr0
            fe8000000000000002163efffe010204 03 40 20 80   xenbr1
            """
        #expect((LinkLocalAddress.usable(on: device, table: table) != nil) == isUsable)
    }

    @Test
    func `the link-local address that is given by hand is the one that the kernel would make`() throws {
        let mac = try #require(MACAddress("52:54:00:0a:bc:10"))
        #expect(LinkLocalAddress.of(mac) == IPAddress("fe80::5054:ff:fe0a:bc10"))
    }

    @Test(arguments: [
        ("udhcpc", "udhcpc -i eth0 -b", true), ("udhcpc", "udhcpc -ieth0", true), ("udhcpc", "udhcpc", true),
        ("udhcpc", "/sbin/udhcpc --interface=eth0", true), ("udhcpc", "udhcpc --interface eth1", false),
        ("dhcpcd", "dhcpcd eth0", true), ("dhcpcd", "dhcpcd -q", true),
        ("dhcpcd", "dhcpcd: eth0 [ip4]", true), ("dhcpcd", "dhcpcd: [manager] [ip4] [ip6]", true),
        ("dhcpcd", "dhcpcd eth1", false), ("NetworkManager", "/usr/sbin/NetworkManager --no-daemon", true),
    ])
    func `other programs are named where their command line says that they are for the device`(
        program: String, line: String, isNamed: Bool
    ) throws {
        let (eth0, arguments) = (try #require(DeviceName("eth0")), line.split(separator: " ").map(String.init))
        let process = OtherDHCPProcess(program, ProgramProcess(pid: 7, arguments: arguments))
        let client = process.client(on: eth0) { $0 == eth0 }
        #expect((client != nil) == isNamed)
        if let client { #expect(client.description == "\(program) (process 7)") }
    }

    @Test
    func `sentences say device, family and seconds`() throws {
        let device = try #require(DeviceName("xenbr0"))
        #expect(
            DHCPClientError.noLease(device: device, family: .v4, seconds: 60).description
                == "no DHCP lease on xenbr0 within 60 s; the client keeps trying")
        #expect(
            DHCPClientError.noLease(device: device, family: .v6, seconds: 60, without: DeviceName("eth0")).description
                == "no DHCPv6 lease on xenbr0 within 60 s, because the link of eth0 has no carrier; the client keeps trying"
        )
        #expect(
            DHCPClientError.ended(device: device, message: "why").description
                == "the DHCP client on xenbr0 gave up: why")
    }
}
