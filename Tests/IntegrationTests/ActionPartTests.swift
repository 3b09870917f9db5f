import Foundation
import NetConfigTestSupport
import SystemPackage
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// An action is all or nothing: whichever of its system calls fails, the host is as before or as after it.
@Suite("each part of an action that fails", .serialized, .needsTestBed)
struct ActionPartTests {
    @Test(arguments: ActionKind.here)
    func `leaves nothing half done`(_ kind: ActionKind) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let sample = try #require(try kind.sample(on: bed))
        #expect(ActionKind(sample.action) == kind)
        try bed.makeDirectory("/bin")
        try bed.makeDirectory("/etc")
        try bed.install("/bin/true", "exit 0")
        try bed.install(VswitchPluginPaths.firewall, "rm -f \(bed.root)/open; [ $1 = close ] || : >\(bed.root)/open")
        if !sample.prepare.isEmpty { try bed.host("sh", "-ec", sample.prepare) }
        var (failed, restored) = (0, 0)
        try inNetworkNamespace(of: bed) {
            let host = try Host(paths: HostPaths(rootPrefix: bed.root, ovsdb: ""), datapath: .bridge)
            if kind == .stopDHCP { for action in sample.undo { try host.apply(action) } }
            // Once around first: a bridge that has had a port remembers its segment sizes, and directories stay.
            for action in [sample.action] + sample.undo { try host.apply(action) }
            let before = try bed.snapshot()
            try host.apply(sample.action)
            let after = try bed.snapshot()
            for action in sample.undo { try host.apply(action) }
            let start = try bed.snapshot()
            try #require(start.settingsChanged(since: before).isEmpty)
            for call in kind.calls {
                // Each at full length; else those of the beginning, and some of the others.
                for number in 1...200 where TestLength.isFull || number < 3 || number.isMultiple(of: 3) {
                    var error: (any Error)?
                    let failing = FailingCall(call: call, number: number)
                    let isHit = try failing.during(on: bed) {
                        do { try host.apply(sample.action) } catch let caught { error = caught }
                    }
                    if isHit { failed += 1 }
                    let now = try bed.snapshot()
                    let changes = now.settingsChanged(since: error == nil ? after : start)
                    try #require(
                        changes.isEmpty,
                        "\(failing): \(error.map { "\($0)" } ?? "done")\n\(changes.joined(separator: "\n"))")
                    if isHit { restored += 1 }
                    if error == nil { for action in sample.undo { try host.apply(action) } }
                    guard isHit else { break }
                }
            }
        }
        print("faults: parts of \(kind.rawValue): \(restored) of \(failed) put back")
        #expect(failed > 0 && restored == failed)
    }

    @Test
    func `a DHCP client whose configuration cannot be removed goes on, with its address`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory])
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        let find = "dirname $(find \(bed.root)/var/lib -name dhclient-xenbr0.conf)"
        let directory = try bed.host("sh", "-c", find).trimmingCharacters(in: .whitespacesAndNewlines)
        try bed.host("sh", "-ec", "mount --bind \(directory) \(directory); mount -o remount,bind,ro \(directory)")
        defer { _ = try? bed.host("umount", directory) }
        try bed.takesBack(["--force", "xenbr0", "down"], saying: ["read-only file system"])
        try bed.host("umount", directory)
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
    }

    @Test
    func `a bridge that takes no such port leaves it in the one where it was`() throws {
        try inNewNetworkNamespace {
            let kernel = try RouteNetlink()
            let card = try #require(DeviceName("card"))
            let old = try #require(DeviceName("old"))
            let loopback = try #require(DeviceName("lo"))
            try kernel.createLink(old, .bridge(BridgeAttributes()))
            _ = try ChildProcess("/sbin/ip", ["link", "add", "card", "type", "veth"]).run(timeLimit: .seconds(10))
            try kernel.setMaster(card, old)
            // No master at all: the kernel lets the old one go before it finds out.
            #expect(throws: NetlinkError.self) { try kernel.setMaster(card, loopback) }
            #expect(try kernel.links()[card]?.master == old)
        }
    }
}
