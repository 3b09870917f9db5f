import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// What is seen of a change in rows that others have written to since.
@Suite struct ChangeTracesTests {
    private static func bridge(_ name: String, _ members: [String], _ columns: [String: OVSDBValue] = [:])
        -> VswitchState
    {
        VswitchState(
            bridges: [name: VswitchRow(columns: columns, members: members)],
            ports: Dictionary(uniqueKeysWithValues: members.map { ($0, VswitchRow(members: [$0])) }),
            interfaces: Dictionary(uniqueKeysWithValues: members.map { ($0, VswitchRow()) }))
    }

    /// The traces of the change from one state to another in a third, and the rows when they are gone.
    private func traces(
        from before: VswitchState, to after: VswitchState, in now: VswitchState
    ) -> (traces: ChangeTraces, rows: VswitchState) {
        let traces = ChangeTraces(of: before.changes(to: after), in: now)
        var rows = now
        for change in traces.takingBack { rows.apply(change) }
        return (traces, rows)
    }

    private static let without = bridge("a", ["a"])
    private static let with = bridge(
        "a", ["a", "eth0"], ["fail_mode": .string("secure"), "other_config": .map(["x": "1"])])

    @Test func `a change that is there is intact and taken back wholly`() {
        for (before, after) in [(Self.without, Self.with), (Self.with, Self.without), (VswitchState(), Self.with)] {
            let (traces, rows) = traces(from: before, to: after, in: after)
            #expect(traces.isIntact && traces.foreign == [])
            #expect(rows == before)
        }
    }

    @Test func `of a change that is not there nothing is to be taken back`() {
        for (before, after) in [(Self.without, Self.with), (Self.with, Self.without), (VswitchState(), Self.with)] {
            let traces = traces(from: before, to: after, in: before).traces
            #expect(!traces.isIntact && traces.takingBack == [] && traces.foreign == [])
        }
    }

    @Test func `what others have added since stays, and the change counts as intact`() {
        var now = Self.with
        now.bridges["a"]?["external_ids"] = .map(["theirs": "1"])
        now.bridges["a"]?.setEntries(of: "other_config", ["theirs": "2"]) { _ in false }
        now.bridges["a"]?.insert("vif1.0")
        now.ports["vif1.0"] = VswitchRow(members: ["vif1.0"])
        now.interfaces["vif1.0"] = VswitchRow()
        let (traces, rows) = traces(from: Self.without, to: Self.with, in: now)
        #expect(traces.isIntact && traces.foreign == [])
        #expect(rows.bridges["a"]?.members == ["a", "vif1.0"])
        #expect(
            rows.bridges["a"]?.columns == [
                "external_ids": .map(["theirs": "1"]), "other_config": .map(["theirs": "2"]),
            ])
        #expect(rows.ports.keys.sorted() == ["a", "vif1.0"])
    }

    @Test func `what others have overwritten is theirs, is told, and the rest is taken back`() {
        var now = Self.with
        now.bridges["a"]?["fail_mode"] = .string("standalone")
        now.bridges["a"]?["other_config"] = .map(["x": "3"])
        let (traces, rows) = traces(from: Self.without, to: Self.with, in: now)
        #expect(!traces.isIntact)
        #expect(
            traces.foreign == [
                "Bridge a: fail_mode is standalone, as another program has set it since",
                "Bridge a: other_config:x is 3, as another program has set it since",
            ])
        #expect(rows.bridges["a"]?.columns == now.bridges["a"]?.columns)
        #expect(rows.bridges["a"]?.members == ["a"] && rows.ports.keys.sorted() == ["a"])
    }

    @Test func `a value that others have set back is no trace`() {
        var now = Self.with
        now.bridges["a"]?["fail_mode"] = nil
        let (traces, rows) = traces(from: Self.without, to: Self.with, in: now)
        #expect(!traces.isIntact && traces.foreign == [])
        #expect(rows == Self.without)
    }

    @Test func `a bridge that others use by now stays for them`() {
        var now = Self.with
        now.bridges["a"]?.insert("vif1.0")
        now.ports["vif1.0"] = VswitchRow(members: ["vif1.0"])
        now.interfaces["vif1.0"] = VswitchRow()
        let (traces, rows) = traces(from: VswitchState(), to: Self.with, in: now)
        #expect(rows.bridges["a"]?.members == ["a", "vif1.0"])
        #expect(rows.ports.keys.sorted() == ["a", "vif1.0"])
        #expect(traces.foreign.contains("Bridge a was kept, because another program uses it now"))
    }

    @Test func `a row that others have deleted is not made again, and one that they made anew is not deleted`() {
        let deleted = traces(from: Self.without, to: Self.with, in: VswitchState())
        #expect(deleted.rows == VswitchState())
        #expect(deleted.traces.foreign == ["Bridge a is gone: another program has deleted it since"])
        let anew = Self.bridge("a", ["a"], ["fail_mode": .string("standalone")])
        let made = traces(from: Self.without, to: VswitchState(), in: anew)
        #expect(made.rows == anew)
        #expect(made.traces.foreign == ["Bridge a was deleted, and another program has recreated it since"])
    }
}
