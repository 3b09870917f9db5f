import Foundation
import NetConfigSystem
import SystemPackage
import Testing

@testable import NetConfig
@testable import NetConfigCore

/// What is remembered of runs, and reported of them.
@Suite("the history of a host", .serialized, .needsTestBed)
struct HistoryTests {
    private static let directory = History.directory

    private func items(_ bed: TestBed) throws -> [HistoryRecord] {
        try History(below: RootPrefix(.init(bed.root))).items().map { try $0.record.get() }
    }

    private func report(_ run: TestBed.Result) throws -> [String: Any] {
        let script =
            "import json, sys, jsonschema; jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))"
        let schemas = "\(TestBed.repository)/docs"
        try ChildProcess("/usr/bin/python3", ["-c", script, "\(schemas)/report.schema.json"], input: run.output)
            .run(timeLimit: .seconds(60))
        let report = try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        for plan in try #require(report["plans"] as? [Any]) {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: plan), as: UTF8.self)
            try ChildProcess("/usr/bin/python3", ["-c", script, "\(schemas)/plan.schema.json"], input: text)
                .run(timeLimit: .seconds(60))
        }
        return report
    }

    @Test(arguments: [Datapath.bridge, .openvswitch])
    func `has a record of each run that changed something, with the way back`(_ datapath: Datapath) throws {
        let bed = try TestBed(datapath, cache: "plan/_topologies/physical.dbcache")
        let none = try bed.run("history")
        #expect(none.status == 0 && none.output.contains("is remembered"), "\(none.output)")
        let up = try bed.run("--force", "xenbr0", "up", "--report=json")
        try #require(up.status == 0, "\(up.errors)")
        let report = try report(up)
        #expect(report["outcome"] as? String == "done" && report["changed"] as? Bool == true)
        let again = try bed.run("--force", "xenbr0", "up", "--report=json")
        #expect(try self.report(again)["changed"] as? Bool == false)
        try #require(bed.run("--force", "xenbr0", "down").status == 0)

        let records = try items(bed)
        try #require(records.count == 2, "the second `up` has changed nothing")
        let (down, made) = (records[0], records[1])
        #expect(down.caller.command.contains("--force xenbr0 down") && down.outcome == .done)
        #expect(made.source?.name == bed.root + "/var/xapi/network.dbcache")
        let hash = try bed.host("sha256sum", bed.root + "/var/xapi/network.dbcache").prefix(64)
        #expect(made.source?.sha256 == String(hash))
        let tests = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8).dropLast()
        #expect(made.caller.parent == String(tests), "\(made.caller)")
        let way = try #require(made.changes.first)
        #expect(made.changes.count == 1 && way.datapath == datapath)
        #expect(made.actions.map(\.text) == way.actions.map(\.headline), "all were done")
        let bridge = try #require(DeviceName("xenbr0"))
        #expect(way.before.links[bridge] == nil && way.after.links[bridge] != nil)
        let back = try #require(down.changes.first)
        #expect(back.before.links[bridge] != nil && back.after.links[bridge] == nil)

        let list = try bed.run("history")
        #expect(list.status == 0 && list.output.split(separator: "\n").count == 2, "\(list.output)")
        let details = try bed.run("history", "1")
        #expect(details.output.contains("SHA-256 \(hash)") && details.output.contains("xenbr0"), "\(details.output)")
        let json = try bed.run("history", "--format=json")
        let script =
            "import json, sys, jsonschema; jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))"
        try ChildProcess(
            "/usr/bin/python3", ["-c", script, "\(TestBed.repository)/docs/history.schema.json"], input: json.output
        ).run(timeLimit: .seconds(60))
        let missing = try bed.run("history", "3")
        #expect(missing.status == 1 && missing.errors.contains("no run 3 is remembered"), "\(missing.errors)")
    }

    @Test
    func `a cache that is written is a change, and what cannot be had is reported`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let old = try #require(bed.text("/var/xapi/network.dbcache"))
        let rewrite = try bed.run("--force", "xenbr0", "rewrite", "--device=eth0", "--mode=dhcp", "--report=json")
        try #require(rewrite.status == 0, "\(rewrite.errors)")
        #expect(try report(rewrite)["changed"] as? Bool == true)
        let way = try #require(items(bed).first?.changes.first)
        let path = "/var/xapi/network.dbcache"
        #expect(
            way.actions == [
                .replaceFile(
                    path, before: FileContents(old), after: FileContents(try #require(bed.text(path))))
            ])
        #expect(way.before.files[path] == FileContents(old) && way.scope.files == [path])

        let unknown = try bed.run("--force", "xenbr7", "up", "--report=json")
        #expect(unknown.status == 1)
        let report = try report(unknown)
        #expect(report["outcome"] as? String == "refused" && report["changed"] as? Bool == false)
        #expect((report["errors"] as? [String])?.first?.contains("xenbr7") == true)
        #expect(try items(bed).count == 1)
    }

    @Test(
        arguments: [
            "mount -t tmpfs -o size=4k none $place && head -c 4096 /dev/zero >$place/full",
            "mount -t tmpfs -o ro none $place",
            "mkdir $place/x && chown 1000 $place",
            "rmdir $place && mkfifo $place", "rmdir $place && echo >$place",
        ])
    func `a record that cannot be written costs a warning`(command: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory(Self.directory)
        try bed.host("sh", "-c", "place=\(bed.root)\(Self.directory); \(command)")
        let up = try bed.run("--force", "xenbr0", "up", "--report=json")
        #expect(up.status == 0, "\(up.errors)")
        #expect(up.errors.contains("warning: this run is not in the history"), "\(up.errors)")
        let report = try report(up)
        #expect(report["outcome"] as? String == "done" && report["changed"] as? Bool == true)
        #expect((report["warnings"] as? [String])?.last?.contains("not in the history") == true)
        #expect(try bed.run("--force", "xenbr0", "up").errors.contains("nothing to do"))
    }

    @Test
    func `a run that was taken back leaves no record, and its report says what was put back`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/run/interface-reconfigure")
        try bed.host("mkfifo", bed.root + "/run/interface-reconfigure/attached")
        let up = try bed.run("--force", "xenbr0", "up", "--strict", "--report=json")
        #expect(up.status == 1)
        let report = try report(up)
        #expect(report["outcome"] as? String == "put-back" && report["changed"] as? Bool == false)
        let outcomes = Set((report["actions"] as? [[String: Any]] ?? []).compactMap { $0["outcome"] as? String })
        #expect(outcomes == ["done", "failed", "put-back"])
        #expect(try items(bed).isEmpty)
    }

    @Test(arguments: [true, false])
    func `a change that is kept on conditions is remembered once it is kept`(programLives: Bool) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.startUnconfirmed("--force", "xenbr0", "up", "--confirm=60")
        #expect(try items(bed).isEmpty, "it may yet be put back")
        if !programLives { try bed.host("kill", "-KILL", "\(up.process)") }
        #expect(try bed.run("confirm").status == 0)
        try bed.awaitGuardsEnd()
        let record = try #require(items(bed).first)
        #expect(try items(bed).count == 1)
        #expect(record.caller.command.contains("--confirm=60") && record.outcome == .done)
        #expect(record.actions.count == record.changes.first?.actions.count)
        if programLives { #expect(try up.status() == 0) }
    }

    @Test
    func `a change that is not confirmed is not remembered`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        let up = try bed.run("--force", "xenbr0", "up", "--confirm=1", "--report=json")
        #expect(up.status == 1)
        let report = try report(up)
        #expect(report["outcome"] as? String == "not-confirmed" && report["changed"] as? Bool == false)
        #expect(try items(bed).isEmpty)
    }
}
