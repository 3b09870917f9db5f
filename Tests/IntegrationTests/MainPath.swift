import Foundation
import NetConfigCore
import Testing

/// What the program is for, once through: what an administrator does, and what XAPI has done, on a host with one card.
struct MainPath {
    let bed: TestBed
    /// What the programs are run through.
    var wrapper: [String] = []

    /// The cache with which to make the bed.
    static let cache = "plan/_topologies/physical.dbcache"

    func check() throws {
        try check(address: "192.0.2.10/24")
        try confirm()
        try lease()
        try serve()
    }

    @discardableResult
    private func succeed(
        _ arguments: String..., location: SourceLocation = #_sourceLocation
    ) throws -> TestBed.Result {
        let result = try bed.run(arguments, through: wrapper)
        #expect(result.status == 0, "\(arguments): \(result.errors)", sourceLocation: location)
        // Whatever the host is short of is made up for without a word.
        #expect(!result.errors.contains("warning"), "\(arguments): \(result.errors)", sourceLocation: location)
        return result
    }

    /// Up, again, looked at, and down.
    private func check(address: String) throws {
        try succeed("check")
        try succeed("--force", "xenbr0", "up", "--management")
        #expect(try bed.device("xenbr0").addresses == [address])
        #expect(try bed.routes() == ["default via 192.0.2.1 dev xenbr0 proto static"])
        let before = try bed.snapshot()
        #expect(try succeed("--force", "xenbr0", "up", "--management").errors.contains("nothing to do"))
        #expect(try succeed("show").output.contains("as configured"))
        try bed.expectUntouched(since: before)
        try bed.addNeighbour("192.0.2.1/24")
        #expect(try bed.neighbourReaches("192.0.2.10"))
        try succeed("--force", "xenbr0", "down")
        try expectDown()
    }

    private func expectDown(location: SourceLocation = #_sourceLocation) throws {
        #expect(try bed.devices()["xenbr0"] == nil, sourceLocation: location)
        #expect(try !bed.device("eth0").isUp, sourceLocation: location)
        if bed.datapath == .openvswitch { #expect(try bed.vsctl("list-br") == "", sourceLocation: location) }
    }

    /// A change that is confirmed, and one that is not.
    private func confirm() throws {
        let up = try bed.start(["--force", "xenbr0", "up", "--confirm", "60"], through: wrapper)
        try bed.wait("the change is made") {
            try #require(!up.hasEnded, "\(up.errors)")
            return bed.stage() == "unconfirmed"
        }
        try succeed("confirm")
        #expect(try up.status() == 0, "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        try succeed("--force", "xenbr0", "down")
        let forgotten = try bed.run(["--force", "xenbr0", "up", "--confirm", "1"], through: wrapper)
        #expect(forgotten.status == 1 && forgotten.errors.contains("was put back"), "\(forgotten.errors)")
        try expectDown()
    }

    /// A lease comes and goes.
    private func lease() throws {
        try bed.use(cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--range", "192.0.2.100,192.0.2.100"])
        try succeed("--force", "xenbr0", "up")
        #expect(try bed.leasedAddress("xenbr0") == "192.0.2.100")
        let client = try #require(try bed.dhcpClient())
        // It was started by the program: that ran through what it should.
        if !wrapper.isEmpty { #expect(try bed.host("cat", "/proc/\(client)/status").contains("Seccomp:\t2\n")) }
        #expect(try succeed("--force", "xenbr0", "up").errors.contains("nothing to do"))
        #expect(try bed.dhcpClient() == client)
        try succeed("--force", "xenbr0", "down")
        #expect(try bed.dhcpClient() == nil)
        try expectDown()
    }

    /// XAPI plugs the card, has the cache written, and runs its plugin.
    private func serve() throws {
        let xapi = try XAPIServer(bed, cache: Self.cache)
        try xapi.set("network", "network-eth0", ["uuid": "net-eth0-new"])
        try succeed("rewrite")
        #expect(bed.text("/var/xapi/network.dbcache")?.contains("net-eth0-new") == true)
        try succeed("--session", XAPIServer.session, "--pif", "pif-eth0", "up")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        try xapi.attach("pif-eth0")
        guard bed.datapath == .openvswitch else { return }
        #expect(try bed.vsctl("get", "bridge", "xenbr0", "external_ids:xs-network-uuids") == "net-eth0-new")
        try xapi.set("pool", "OpaqueRef:pool", ["vswitch_controller": "192.0.2.9"])
        try xapi.set("SDN_controller", "sdn", ["protocol": "ssl", "address": "192.0.2.9", "port": 6640])
        try bed.installFirewall()
        #expect(try update(.cfgUpdate) == "Reset Open vSwitch and set its controller to ssl:192.0.2.9:6640.")
        #expect(try bed.vsctl("get-manager") == "ssl:192.0.2.9:6640")
        for name in VswitchPlugin.allCases { #expect(try update(name) == "No change to configuration") }
        #expect(try bed.neighbourReaches("192.0.2.10"))
    }

    private func update(_ name: VswitchPlugin) throws -> String? {
        try bed.reply(of: bed.run(command: wrapper + bed.pluginCommand(name, TestBed.call("update")))).Value
    }
}
