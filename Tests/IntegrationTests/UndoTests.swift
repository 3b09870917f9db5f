import Foundation
import NetConfigCore
import NetConfigTestSupport
import Testing

/// `undo`: what a run has changed is taken back, from whatever is there by then.
@Suite("undo", .serialized, .needsTestBed)
struct UndoTests {
    /// A host whose management bridge is up.
    private func bed(_ datapath: Datapath, _ topology: String = "two-cards") throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/\(topology).dbcache")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        try bed.addNeighbour("192.0.2.1/24")
        try #require(bed.run("--force", "xenbr0", "up").status == 0)
        return bed
    }

    /// What is different, but for the history itself.
    private func expectSame(_ bed: TestBed, as before: Snapshot, location: SourceLocation = #_sourceLocation) throws {
        let changes = try bed.snapshot().settingsChanged(since: before).filter {
            !$0.contains("interface-reconfigure/history")
        }
        #expect(changes.isEmpty, "\(changes.joined(separator: "\n"))", sourceLocation: location)
    }

    private func succeeds(
        _ bed: TestBed, _ arguments: String..., location: SourceLocation = #_sourceLocation
    ) throws -> TestBed.Result { try succeeds(bed, arguments, location: location) }

    private func succeeds(
        _ bed: TestBed, _ arguments: [String], location: SourceLocation = #_sourceLocation
    ) throws -> TestBed.Result {
        let run = try bed.run(arguments)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return run
    }

    @Test(arguments: Datapath.allCases)
    func `brings a bridge back that was taken down, and the next undo takes it down again`(_ datapath: Datapath) throws
    {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        let after = try bed.snapshot()
        let plan = try succeeds(bed, "undo", "--dry-run")
        #expect(plan.output.contains("takes back run 2 (`") && plan.output.contains("down xenbr0`)"), "\(plan.output)")
        try bed.expectUntouched(since: after)
        let undo = try succeeds(bed, "undo")
        #expect(undo.output.contains("the host is as it was before run 2"), "\(undo.output)")
        try expectSame(bed, as: before)
        try bed.expectAnswer(of: "192.0.2.10")
        let redo = try succeeds(bed, "undo", "--dry-run")
        #expect(redo.output.contains("takes back run 3 (`undo`), so that run 2 (`"), "\(redo.output)")
        _ = try succeeds(bed, "undo")
        try expectSame(bed, as: after)
        #expect(try succeeds(bed, "history", "4").output.contains("  took back run 3\n"))
        _ = try succeeds(bed, "undo")
        try expectSame(bed, as: before)
        let old = try bed.snapshot()
        let again = try succeeds(bed, "undo", "2")
        #expect(again.output.contains("nothing is left of run 2"), "\(again.output)")
        try expectSame(bed, as: old)
    }

    @Test(arguments: Datapath.allCases)
    func `gives the management bridge its card back after a wrong rewrite and up`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        _ = try succeeds(
            bed, "--force", "xenbr9", "rewrite", "--device=eth0", "--mac=x", "--mode=static", "--ip=192.0.2.77",
            "--netmask=255.255.255.0")
        _ = try succeeds(bed, "--force", "xenbr9", "--management", "--take", "up")
        try bed.expectAnswer(of: "192.0.2.77")
        let plan = try succeeds(bed, "undo", "2", "--dry-run")
        #expect(plan.output.contains("/var/xapi/network.dbcache"), "\(plan.output)")
        _ = try succeeds(bed, "undo", "2")
        try bed.expectAnswer(of: "192.0.2.10")
        // The last good copy of the cache is of any time.
        try bed.host("rm", "-f", bed.root + "/var/xapi/network.dbcache.last-good")
        try expectSame(bed, as: before)
    }

    @Test(arguments: Datapath.allCases)
    func `puts the former card back into the bridge that got another one`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        _ = try succeeds(
            bed, "--force", "xenbr0", "rewrite", "--device=eth1", "--mac=x", "--mode=static", "--ip=192.0.2.77",
            "--netmask=255.255.255.0")
        let show = try bed.run("show", "xenbr0")
        #expect(show.output.contains("other uplink"), "\(show.output)")
        let up = try succeeds(bed, "--force", "xenbr0", "--management", "up")
        #expect(!up.errors.contains("with two uplinks"), "\(up.errors)")
        #expect(try !bed.run("show", "xenbr0").output.contains("other uplink"))
        try bed.expectAnswer(of: "192.0.2.77")
        _ = try succeeds(bed, "undo", "2")
        try bed.expectAnswer(of: "192.0.2.10")
        try bed.host("rm", "-f", bed.root + "/var/xapi/network.dbcache.last-good")
        try expectSame(bed, as: before)
    }

    @Test(arguments: Datapath.allCases)
    func `takes a reset back, with the files that it moved`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        try bed.makeHostOfToday()
        let before = try bed.snapshot()
        _ = try bed.run(TestBed.reset("eth1", address: "192.0.2.55") + ["--master=192.0.2.98"])
        try bed.expectAnswer(of: "192.0.2.55")
        _ = try succeeds(bed, "undo")
        try expectSame(bed, as: before)
        try bed.expectAnswer(of: "192.0.2.10")
        _ = try succeeds(bed, "undo")
        try bed.expectAnswer(of: "192.0.2.55")
        #expect(bed.text("/var/tmp/network-reset")?.contains("192.0.2.55") == true)
    }

    @Test(arguments: Datapath.allCases)
    func `takes several resets back as one, with files that were moved more than once`(_ datapath: Datapath) throws {
        for isOfToday in [true, false] {
            let bed = try bed(datapath)
            let reset = { (card: String, address: String) in
                _ = try succeeds(bed, TestBed.reset(card, address: address))
            }
            if isOfToday { try bed.makeHostOfToday() }
            let before = try bed.snapshot()
            try reset("eth1", "192.0.2.55")
            _ = try succeeds(bed, "undo")
            try reset("eth1", "192.0.2.55")
            try reset("eth0", "192.0.2.56")
            let plan = try succeeds(bed, "undo", "2", "--dry-run")
            #expect(!plan.output.contains("kept") && !plan.output.contains("is gone"), "\(plan.output)")
            let undo = try succeeds(bed, "undo", "2")
            #expect(undo.output.contains("the host is as it was before run 2"), "\(undo.errors)")
            try bed.host("rm", "-f", bed.root + "/var/xapi/network.dbcache.last-good")
            try expectSame(bed, as: before)
            try bed.expectAnswer(of: "192.0.2.10")
        }
    }

    @Test(arguments: Datapath.allCases)
    func `keeps what others have changed since, and names it`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        try bed.host("ip", "link", "set", "dev", "eth0", "mtu", "1400")
        try bed.host("ip", "address", "add", "10.1.2.3/24", "dev", "eth1")
        let plan = try succeeds(bed, "undo", "--dry-run")
        #expect(plan.output.contains("MTU of eth0 was changed to 1400 since run 2: kept"), "\(plan.output)")
        _ = try succeeds(bed, "undo")
        #expect(try bed.device("eth0").mtu == 1400)
        #expect(try bed.device("eth1").addresses == ["10.1.2.3/24"])
        try bed.expectAnswer(of: "192.0.2.10")
    }

    @Test(arguments: Datapath.allCases)
    func `names a card that is gone, and does not take the host from where it is reached`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        _ = try succeeds(bed, "--force", "xenbr1", "up")
        _ = try succeeds(bed, "--force", "xenbr1", "down")
        try bed.host("ip", "link", "delete", "eth1")
        let before = try bed.snapshot()
        let undo = try bed.run("undo")
        #expect(undo.status == 1 && undo.errors.contains("eth1 is gone"), "\(undo.errors)")
        try bed.expectUntouched(since: before)
    }

    @Test(arguments: Datapath.allCases)
    func `is put back when it is not confirmed`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        let before = try bed.snapshot()
        let undo = try bed.run("undo", "--confirm", "2")
        #expect(undo.status == 1 && undo.errors.contains("not confirmed within 2 s"), "\(undo.errors)")
        try expectSame(bed, as: before)
        #expect(try !bed.run("history").output.contains(" undo --confirm"))
        let kept = try bed.run("undo", "--check-gateway", "5")
        #expect(kept.status == 0, "\(kept.errors)")
        let next = try succeeds(bed, "undo", "--dry-run")
        #expect(next.output.contains("(`undo --check-gateway 5`)"), "\(next.output)")
        try bed.expectAnswer(of: "192.0.2.10")
    }

    @Test func `starts a DHCP client again, and stops one`() throws {
        for datapath in Datapath.allCases {
            let bed = try TestBed(datapath, cache: "plan/_topologies/physical-dhcp.dbcache")
            try bed.bed(["dhcp-server", bed.directory])
            _ = try succeeds(bed, "--force", "xenbr0", "up")
            let address = try bed.leasedAddress("xenbr0")
            _ = try succeeds(bed, "--force", "xenbr0", "down")
            #expect(try bed.dhcpClient() == nil)
            _ = try succeeds(bed, "undo")
            #expect(try bed.dhcpClient() != nil)
            #expect(try bed.leasedAddress("xenbr0") == address)
            _ = try succeeds(bed, "undo")
            #expect(try bed.dhcpClient() == nil)
        }
    }

    @Test(arguments: Datapath.allCases)
    func `is finished by the next one where it was killed`(_ datapath: Datapath) throws {
        let bed = try bed(datapath)
        let before = try bed.snapshot()
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        let after = try bed.snapshot()
        let points = try bed.points(of: bed.command(["undo"]))
        try expectSame(bed, as: before)
        var (killed, finished) = (0, 0)
        for point in TestLength.turns(of: points, in: datapath == .bridge ? 0 : 1, brief: 12, usual: 6) {
            _ = try succeeds(bed, "--force", "xenbr0", "down")
            try expectSame(bed, as: after)
            guard try bed.kill(bed.command(["undo"]), at: point) else { continue }
            killed += 1
            // One that was remembered was done: another one would take it back.
            let last = try #require(bed.lines(try succeeds(bed, "history").output).first)
            if !last.contains(" undo") {
                finished += 1
                let again = try bed.run("undo")
                try #require(again.status == 0, "after \(point): \(again.errors)")
            }
            try expectSame(bed, as: before)
        }
        #expect(killed > 2 && finished > 1, "\(killed) killed, \(finished) finished by the next one")
    }

    @Test func `says so where there is nothing to undo, and where a record is damaged`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let none = try succeeds(bed, "undo")
        #expect(none.output.contains("there is nothing to undo: no run is in the history"), "\(none.output)")
        _ = try succeeds(bed, "--force", "xenbr0", "up")
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        let other = try bed.run("undo", "7")
        #expect(other.status == 1 && other.errors.contains("run 7 is not in the history; `undo 2`"), "\(other.errors)")
        let record = "/var/lib/interface-reconfigure/history/00000002.json"
        let text = try #require(bed.text(record))
        for (damage, word) in [("{", "damaged"), (text.replacing("\"version\":1", with: "\"version\":9"), "version 9")]
        {
            try bed.write(damage, to: record)
            let undo = try bed.run("undo")
            #expect(undo.status == 1 && undo.errors.contains(word), "\(undo.errors)")
            #expect(undo.errors.contains("`undo 1` can be had"), "\(undo.errors)")
        }
        let earlier = try bed.run("undo", "1", "--dry-run")
        #expect(earlier.status == 0 && earlier.output.contains("counts as changed by others"), "\(earlier.output)")
    }

    @Test(arguments: ["json", "shell", "dot"])
    func `shows its plan in every format`(format: String) throws {
        let bed = try bed(.bridge)
        _ = try succeeds(bed, "--force", "xenbr0", "down")
        let before = try bed.snapshot()
        let plan = try succeeds(bed, "undo", "--dry-run", "--format=\(format)")
        #expect(plan.output.contains("xenbr0") && plan.output.contains("run 2"), "\(plan.output)")
        try bed.expectUntouched(since: before)
    }
}
