@testable import NetConfigCore
import Testing

@testable import NetConfigSystem

@Suite struct VswitchRowsTests {
    @Test func `a row that was replaced several times is found by each of its names`() {
        var rows = VswitchRows()
        for (former, uuid) in [("a", "b"), ("b", "c"), ("x", "y"), ("c", "d")] { rows.replace(former, by: uuid) }
        #expect(["a", "b", "c", "d", "x", "z"].map(rows.current) == ["d", "d", "d", "d", "y", "z"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            [("a", "a")], [("a", "b"), ("b", "a")], [("a", "b"), ("b", "c"), ("c", "a")],
            [("a", "b"), ("b", "c"), ("c", "b"), ("b", "a"), ("a", "c"), ("c", "a")],
        ])
    func `a server that gives a row a UUID again that it had before closes no circle`(chain: [(String, String)]) {
        var rows = VswitchRows()
        for (former, uuid) in chain {
            rows.replace(rows.current(former), by: uuid)
            #expect(rows.current(uuid) == uuid, "what is there now is current")
        }
        for name in ["a", "b", "c"] { #expect(!rows.current(name).isEmpty) }
    }

    @Test(.timeLimit(.minutes(1)))
    func `rows that are read under changing UUIDs close no circle either`() {
        var rows = VswitchRows()
        for uuid in ["1", "2", "3", "1", "3", "2", "1"] {
            var read = VswitchRows()
            read.uuids = [.bridge: ["a": uuid]]
            rows.renew(read)
            for known in ["1", "2", "3"] { #expect(["1", "2", "3"].contains(rows.current(known))) }
            #expect(rows.current(uuid) == uuid)
            rows.renew(VswitchRows())
        }
    }
}
