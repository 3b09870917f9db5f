import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// What a caller leaves to a process that it starts, and the process must not depend on.
@Suite("what a caller leaves us", .serialized, .needsTestBed)
struct InheritanceTests {
    /// Each set of the descriptors 0 to 2 but the empty one, as a shell closes them.
    private static let closings = (1..<8).map { set in
        (0..<3).filter { set & 1 << $0 != 0 }.map { "\($0)>&-" }.joined(separator: " ")
    }

    private func shell(_ script: String) -> [String] { ["sh", "-c", script, "sh"] }

    @Test(
        arguments: closings
    )
    func `closed descriptors are no files of ours: messages go nowhere, and a change can be guarded`(_ closing: String)
        throws
    {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let closed = shell(#"exec "$@" "# + closing)
        let up = try bed.run(["--verbose", "--force", "xenbr0", "up", "--confirm", "1"], through: closed)
        #expect(up.status == 1)
        #expect(bed.outcome.contains("not confirmed within 1 s"), "\(bed.outcome)\(up.errors)")
        try bed.expectPutBack(to: before)
        #expect(try bed.run(["--verbose", "--force", "xenbr0", "up"], through: closed).status == 0)
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        let holder = try #require(bed.text(HostLock.path + "/holder"))
        #expect(holder.contains(#/^\d+\n\d+ \n[^\n]* --force xenbr0 up\n$/#), "\(holder)")
        #expect(bed.text("/run/interface-reconfigure/attached") == "xenbr0\n")
    }

    @Test(arguments: closings)
    func `closed descriptors are no files of the plugin's`(_ closing: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try #require(try bed.run("--force", "xenbr0", "up").status == 0)
        _ = try bed.vsctl("set-manager", "ssl:192.0.2.8:6640")
        let command = try bed.pluginCommand(.cfgUpdate, TestBed.call("emergency_reset"))
        let result = try bed.run(command: shell(#"exec "$@" "# + closing) + command)
        #expect(result.status == 0)
        #expect(try bed.vsctl("get-manager") == "")
        if !closing.contains("1>&-") { #expect(try bed.reply(of: result).Status == "Success") }
        let holder = try #require(bed.text(HostLock.path + "/holder"))
        #expect(holder.contains(#/^\d+\n\d+ \n[^\n]* emergency_reset\n$/#), "\(holder)")
    }

    @Test
    func `a program that fails has failed, also for a caller who does not care for children`() throws {
        let cache = "plan/_topologies/two-cards.dbcache"
        let bed = try TestBed(.openvswitch, cache: cache)
        let xapi = try XAPIServer(bed, cache: cache)
        try xapi.set("SDN_controller", "sdn", ["protocol": "pssl"])
        try bed.install(VswitchPluginPaths.firewall, "echo no rules >&2; exit 3")
        let command = try bed.pluginCommand(.configUpdate, TestBed.call("update"))
        let reply = try bed.reply(of: bed.run(command: shell(#"trap '' CHLD; exec "$@""#) + command))
        #expect(reply.message.contains("firewall-port failed with exit status 3: no rules"), "\(reply)")
        #expect(try bed.vsctl("get-manager") == "")
    }

    @Test
    func `a run can be stopped whatever the caller blocks and ignores`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/run/interface-reconfigure")
        try bed.host("mkdir", "-m", "700", bed.root + HostLock.path)
        // A change that never comes to its end keeps it waiting.
        try bed.write("{}", to: "/run/interface-reconfigure/checkpoint.changing")
        let gate = try bed.script("flock \(bed.root)\(HostLock.path) sleep 60 >/dev/null 2>&1 & echo $!")
        let confirm = try bed.start(
            ["confirm"], through: ["env", "--block-signal=TERM,INT,HUP", "--ignore-signal=TERM"])
        try bed.wait("it runs") { try bed.script("pgrep --ns $$ --nslist net --full 'confirm$'").status == 0 }
        usleep(300_000)
        #expect(try confirm.interrupt() != 0)
        try bed.host("pkill", "-P", gate.output.filter(\.isNumber))
    }

    @Test(arguments: ["ulimit -S -f 0", "ulimit -S -n 7", "ulimit -S -t 1; ulimit -S -d 200000"], Datapath.allCases)
    func `limits that a shell has set cost no change`(_ limit: String, _ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        let limited = shell(limit + #"; exec "$@""#)
        let up = try bed.run(["--force", "xenbr0", "up"], through: limited)
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.device("xenbr0").addresses.count == 1)
        let client = try #require(try bed.dhcpClient())
        let limits = try bed.host("cat", "/proc/\(client)/limits")
        #expect(limits.contains(#/Max file size +unlimited/#), "\(limits)")
        #expect(try bed.run(["--force", "xenbr0", "down"], through: limited).status == 0)
    }

    /// Root without CAP_SYS_RESOURCE, as in a container, cannot raise these again.
    @Test(arguments: ["ulimit -f 0", "ulimit -n 32"])
    func `limits that cannot be lifted are errors, and no death`(_ limit: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let before = try bed.snapshot()
        let up = try bed.run(["--force", "xenbr0", "up"], through: shell(limit + #"; exec "$@""#))
        #expect([0, 1].contains(up.status), "\(up.errors)")
        if up.status != 0 { try bed.expectPutBack(to: before) }
    }

    @Test
    func `the directory that it is called in may be gone, and its environment empty`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        let gone = shell(#"mkdir /tmp/gone.$$ && cd /tmp/gone.$$ && rmdir /tmp/gone.$$ && exec env -i "$@""#)
        let up = try bed.run(["--force", "xenbr0", "up", "--confirm", "1"], through: gone)
        #expect(up.status == 1 && up.errors.contains("not confirmed within 1 s"), "\(up.errors)")
        #expect(try bed.run(["--force", "xenbr0", "up"], through: gone).status == 0)
        #expect(try bed.device("xenbr0").addresses.count == 1)
    }

    @Test(arguments: ["", "0>&- 1>&- 2>&-"])
    func `scripts of the boot work with nothing open and no search path`(_ closing: String) throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical.dbcache")
        try bed.installBootScripts()
        try bed.write("MANAGEMENT_INTERFACE='xenbr0'\n", to: "/etc/xensource-inventory")
        _ = try bed.vsctl("add-br", "old0", "--", "set", "bridge", "old0", "datapath_type=netdev")
        for words in [["openvswitch-boot"], ["management-interface", "start"]] {
            let command = bed.bootCommand(words[0], Array(words.dropFirst()))
            let bare = ["env", "-i", "PATH=/nowhere"] + command.dropFirst()
            let result = try bed.run(command: shell(#"umask 777; exec "$@" "# + closing) + bare)
            #expect(result.status == 0, "\(words): \(result.errors)")
        }
        #expect(try bed.vsctl("list-br") == "xenbr0")
        #expect(try bed.device("xenbr0").addresses == ["192.0.2.10/24"])
        #expect(try bed.host("stat", "--format=%a", bed.root + "/run/openvswitch.booted") == "644\n")
    }

    @Test
    func `a guard keeps no caller's directory in use, and finds what was named from there`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let xapi = try XAPIServer(bed, cache: "plan/_topologies/physical.dbcache")
        defer { withExtendedLifetime(xapi) {} }
        try bed.makeDirectory("/elsewhere")
        let there = shell("cd \(bed.root)/elsewhere; " + #"exec "$@""#)
        let arguments = ["--cache", "../cache", "--session", XAPIServer.session, "--pif", "pif-eth0", "up"]
        let up = try bed.start(arguments + ["--confirm", "60"], through: there)
        try bed.awaitStage("unconfirmed")
        #expect(try bed.host("readlink", "/proc/\(bed.guardian())/cwd") == "/\n")
        #expect(try bed.run("confirm").status == 0)
        #expect(try up.status() == 0, "\(up.errors)")
        #expect(bed.text("/cache")?.contains("xenbr0") == true)
    }
}
