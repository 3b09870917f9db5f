import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// The directory with the records of runs: what is written is read again, and nothing in it stops anything.
@Suite("the history")
struct HistoryTests {
    private static let place = History.directory + "/"

    private func record(_ command: String = "interface-reconfigure --force xenbr0 up") throws -> HistoryRecord {
        let bridge = try #require(DeviceName("xenbr0"))
        let actions: [Action] = [
            .createLink(bridge, .bridge(BridgeAttributes()), mac: nil), .setUp(bridge),
            .replaceFile("/etc/resolv.conf", before: FileContents("old"), after: FileContents("new")),
        ]
        var record = HistoryRecord(
            time: 1_700_000_000,
            caller: HistoryRecord.Caller(command: command, parent: "bash", sudoUser: "operator"))
        record.source = HistoryRecord.Source(name: "/var/xapi/network.dbcache", sha256: "00")
        record.warnings = ["a warning"]
        record.microseconds = 12_345
        record.actions = actions.map { .init($0, .done, .microseconds(1500), plan: 1) }
        record.changes = [
            WayBack(of: actions, from: ObservedState(files: ["/etc/resolv.conf": FileContents("old")]))
        ]
        return record
    }

    @Test
    func `a record is read as it was written, by its owner alone`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        #expect(try history.items().isEmpty && history.item(1) == nil, "there is no directory yet")
        let written = try record()
        #expect(try history.add(written) == 1)
        let items = try history.items()
        #expect(items.map(\.number) == [1])
        #expect(try items.first?.record.get() == written)
        #expect(try history.item(1)?.record.get() == written)
        let place = directory.path + Self.place + "00000001.json"
        let attributes = try FileManager.default.attributesOfItem(atPath: place)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test
    func `a long text that many rows have is written once`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        let texts = ["a", "b"].map { String(repeating: $0, count: 20_000) }
        let rows = (0..<100).map { number in
            let ids = OVSDBValue.map([.string("key"): .string(texts[number % 2])])
            return VswitchChange(
                .port, "xapi\(number)", before: nil, after: VswitchRow(columns: ["external_ids": ids], members: []))
        }
        var written = try record()
        written.changes = [WayBack(of: [.changeVswitch(rows)], from: ObservedState(vswitch: VswitchState()))]
        try history.add(written)
        #expect(try history.item(1)?.record.get() == written)
        let path = directory.path + Self.place + "00000001.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.utf8.count < 100_000)
        // One that names a text which is not there is damaged, and says so.
        let broken = text.replacing("[\"shared-text\",1]", with: "[\"shared-text\",2]")
        #expect(broken != text)
        try broken.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: History.Unreadable.self) { try history.item(1)?.record.get() }
    }

    @Test
    func `an undo of what was brought up tells of the rewrite before it, which stays`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        var rewrite = try record("interface-reconfigure --force xenbr0 rewrite")
        let path = "/var/xapi/network.dbcache"
        let change = Action.replaceFile(path, before: FileContents("old"), after: FileContents("new"))
        rewrite.changes = [WayBack(of: [change], from: ObservedState(files: [path: FileContents("old")]))]
        try history.add(record())
        try history.add(rewrite)
        try history.add(record())
        let selection = try UndoSelection(nil, in: history)
        #expect(selection.runs.map(\.number) == [3])
        let text = selection.warnings.map { "\($0)" }.joined()
        #expect(text.contains("\(path): stays as run 2 (`rewrite xenbr0`) has written it"), "\(text)")
        #expect(text.contains("`interface-reconfigure undo 2`"), "\(text)")
        #expect(try UndoSelection(2, in: history).warnings.isEmpty)
        #expect(try UndoSelection(1, in: history).warnings.isEmpty)
    }

    @Test
    func `the last fifty are kept, and numbers go on`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        for number in 1...51 { #expect(try history.add(record("\(number)")) == number) }
        let items = try history.items()
        #expect(items.map(\.number) == (2...51).reversed())
        #expect(try items.last?.record.get().caller.command == "2")
        #expect(try directory.names(in: History.directory).count == 50)
    }

    @Test(
        arguments: [
            ("", "damaged: it is no JSON"), ("{", "damaged: it is no JSON"), ("[]", "damaged: it is no JSON"),
            ("{}", "damaged: format is missing"),
            (#"{"format": "something", "version": 1}"#, "no record of a run"),
            (#"{"format": "interface-reconfigure run", "version": 99}"#, "version 99"),
            (#"{"format": "interface-reconfigure run", "version": 1}"#, "is missing"),
            (#"{"format": "interface-reconfigure run", "version": 1, "time": "x"}"#, "is not as expected"),
            (String(repeating: "[", count: 100_000), "damaged"),
        ])
    func `what is no record is named as such and stops nothing`(text: String, reason: String) throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        try history.add(record("before"))
        try directory.write(text, to: Self.place + "00000002.json")
        #expect(try history.add(record("after")) == 3)
        let items = try history.items()
        #expect(items.map(\.number) == [3, 2, 1])
        #expect(throws: Never.self) { try items[0].record.get() }
        #expect(throws: Never.self) { try items[2].record.get() }
        guard case .failure(let error) = items[1].record else {
            Issue.record("it was read")
            return
        }
        #expect(error.description.contains(reason), "\(error)")
        #expect(history.durations["set-state"] == [.microseconds(1500), .microseconds(1500)])
    }

    @Test
    func `a file that is too large is not read`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: Self.place + "00000001.json")
        #expect(unsafe truncate(directory.path + Self.place + "00000001.json", off_t(History.sizeLimit) + 1) == 0)
        let item = try #require(try History(below: directory.root).items().first)
        guard case .failure(let error) = item.record else {
            Issue.record("it was read")
            return
        }
        #expect(error.description.contains("larger than"), "\(error)")
    }

    @Test
    func `links, directories and FIFOs are not followed, waited for or counted as ours`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        try history.add(record())
        let folder = directory.path + History.directory
        try directory.link(Self.place + "00000002.json", to: "00000001.json")
        #expect(unsafe mkfifo(folder + "/00000003.json", 0o600) == 0)
        try FileManager.default.createDirectory(atPath: folder + "/00000004.json", withIntermediateDirectories: false)
        try directory.link(Self.place + ".00000005.json.new-litter", to: "/etc/passwd")
        #expect(try history.add(record("last")) == 5)
        let items = try history.items()
        #expect(items.map(\.number) == [5, 4, 3, 2, 1])
        for item in items[1...3] {
            guard case .failure = item.record else {
                Issue.record("\(item.number) was read")
                continue
            }
        }
        #expect(try items[0].record.get().caller.command == "last")
        #expect(try directory.destination(ofLink: Self.place + "00000002.json") == "00000001.json")
    }

    @Test
    func `what a killed writer left does not stop the next`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("half", to: Self.place + ".00000001.json.new-1abc")
        #expect(try History(below: directory.root).add(record()) == 1)
        #expect(try directory.names(in: History.directory) == ["00000001.json"])
    }

    @Test
    func `a directory that is a link is not used, and one that others may write in is made ours`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "/elsewhere/x")
        try directory.write("", to: Self.place + "x")
        let folder = directory.path + History.directory
        #expect(unsafe chmod(folder, 0o777) == 0)
        let error = #expect(throws: FileError.self) { _ = try History(below: directory.root).items() }
        #expect(error?.cause == .shared)
        try History(below: directory.root).add(record())
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect(attributes[.posixPermissions] as? Int == 0o755)
        try FileManager.default.removeItem(atPath: folder)
        try directory.link(History.directory, to: "/elsewhere")
        // Below another root a link of root's is followed there, and not out of it.
        try History(below: directory.root).add(record())
        #expect(try directory.names(in: "/elsewhere") == ["00000001.json", "x"])
    }

    @Test
    func `a way back on which a VLAN stands on itself is not gone`() throws {
        let (one, other) = (try #require(DeviceName("eth0.1")), try #require(DeviceName("eth0.2")))
        func vlan(on parent: DeviceName) -> LinkKind { .vlan(VLANAttributes(parent: parent, tag: 1)) }
        var start = ObservedState(links: [one: Link(kind: vlan(on: other), mac: nil)])
        let actions: [Action] = [.createLink(other, vlan(on: one), mac: nil)]
        var way = WayBack(of: [], from: ObservedState())
        start.scope = way.scope
        way.before = start
        way.after = start
        way.actions = actions
        let text = try JSONEncoder().encode(way)
        #expect(throws: (any Error).self) { try JSONDecoder().decode(WayBack.self, from: text) }
        start.links = [:]
        way.before = start
        way.after = start.applying(actions[0])
        #expect(try JSONDecoder().decode(WayBack.self, from: JSONEncoder().encode(way)) == way)
    }

    @Test
    func `how long actions took is told by their kind`() throws {
        let directory = try TemporaryDirectory()
        let history = History(below: directory.root)
        #expect(history.durations.isEmpty)
        var failed = try record()
        failed.actions[0].outcome = .failed
        failed.actions[1].microseconds = -5
        try history.add(failed)
        #expect(history.durations == ["replace-file": [.microseconds(1500)]])
    }
}
