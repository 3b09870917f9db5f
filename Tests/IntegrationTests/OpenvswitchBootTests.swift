@testable import NetConfigCore
import Testing

/// What `ovsdb-server` gets beside its start on a XenServer host.
@Suite("Open vSwitch at boot", .serialized, .needsTestBed)
struct OpenvswitchBootTests {
    private let bed: TestBed
    private static let marker = "/run/openvswitch.booted"

    /// A host with a bridge in the database, and Open vSwitch off.
    init() throws {
        bed = try TestBed(.openvswitch, cache: "plan/_topologies/two-cards.dbcache")
        try bed.installBootScripts()
        try bed.bed(["vswitchd-stop", bed.directory])
        try addBridges()
    }

    /// Adds what would come to a bridge in the course of time.
    private func addBridges() throws {
        _ = try bed.vsctl(
            "--no-wait", "--", "add-br", "old0", "--", "set", "bridge", "old0", "datapath_type=netdev", "--", "add-br",
            "old5", "old0", "5", "--", "add-port", "old0", "vif1.0", "--", "--id=@mirror", "create", "mirror", "name=m",
            "--", "add", "bridge", "old0", "mirrors", "@mirror", "--", "set-controller", "old0", "tcp:192.0.2.9:6653",
            "--", "set", "port", "vif1.0", "qos=@qos", "--", "--id=@qos", "create", "qos", "type=linux-htb")
    }

    private func bridges() throws -> [String] { try bed.lines(bed.vsctl("--no-wait", "list-br")) }

    private func rules() throws -> [String] { try bed.lines(bed.host("iptables", "-S", "INPUT")) }

    @Test
    func `bridges of before the boot are deleted once; later restarts keep what there is then`() throws {
        try bed.bed(["ovsdb-stop", bed.directory])
        try bed.perform("ExecStart", of: .database)
        #expect(try bridges() == ["old0", "old5"])
        try bed.perform("ExecStartPost", of: .database)
        #expect(try bridges() == [])
        for table in ["port", "interface", "mirror", "controller"] {
            #expect(try bed.vsctl("--no-wait", "--columns=_uuid", "list", table) == "", "\(table)")
        }
        try bed.perform("ExecStart", of: .switching)
        try #require(try bed.run("--force", "xenbr0", "up").status == 0)

        for service in [TestBed.Service.switching, .database] { try bed.perform("ExecStop", of: service) }
        try bed.perform("ExecStart", of: .database)
        try bed.perform("ExecStartPost", of: .database)
        try bed.perform("ExecStart", of: .switching)
        #expect(try bridges() == ["xenbr0"])
        #expect(try rules() == ["-P INPUT ACCEPT", "-A INPUT -p gre -j ACCEPT"])
    }

    @Test(
        arguments: [
            ("openvswitch\n", 0, true), ("vswitch", 0, true), (" openvswitch \r\nbridge\n", 0, true),
            ("bridge\n", 0, false), ("bridge", 0, false), (nil, 0, false), ("", 1, false),
            ("$(touch /pwned)\n", 1, false), ("openvswitch bridge\n", 1, false),
        ] as [(String?, Int, Bool)])
    func `only where the host's choice is Open vSwitch is anything done`(_ text: String?, _ status: Int, _ isDone: Bool)
        throws
    {
        if let text {
            try bed.write(text, to: "/etc/xensource/network.conf")
        } else {
            try bed.host("rm", bed.root + "/etc/xensource/network.conf")
        }
        let result = try bed.runAtBoot("openvswitch-boot")
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains("network.conf") == (status != 0), "\(result.errors)")
        #expect(try bridges() == (isDone ? [] : ["old0", "old5"]))
        #expect(try rules().count == (isDone ? 2 : 1))
        #expect((bed.text(Self.marker) != nil) == isDone)
    }

    @Test
    func `without ovsdb-server it fails in time, lets GRE in all the same, and does not make up for it later`() throws {
        try bed.bed(["ovsdb-stop", bed.directory])
        let result = try bed.runAtBoot("openvswitch-boot")
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot delete the bridges from before the boot"), "\(result.errors)")
        #expect(try rules().count == 2)
        try bed.bed(["ovsdb-start", bed.directory])
        #expect(try bed.runAtBoot("openvswitch-boot").status == 0)
        #expect(try bridges() == ["old0", "old5"])
    }

    @Test
    func `a firewall that cannot be changed is told of, and bridges are deleted all the same`() throws {
        try bed.install("/bin/iptables", #"case "$*" in *-I*) echo "iptables: full" >&2; exit 4;; esac"#)
        let command = bed.bootCommand("openvswitch-boot", [])
        let result = try bed.script("PATH=\(bed.root)/bin:$PATH; \(command.joined(separator: " "))")
        #expect(result.status == 1)
        #expect(
            result.errors.contains("iptables: full") && result.errors.contains("cannot let GRE"), "\(result.errors)")
        #expect(try bridges() == [])
    }

    @Test
    func `arguments are wrong usage`() throws {
        let result = try bed.runAtBoot("openvswitch-boot", "start")
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("usage: "))
        #expect(try bridges() == ["old0", "old5"])
    }
}
