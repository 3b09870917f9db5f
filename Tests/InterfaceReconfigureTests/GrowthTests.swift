import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// Records many times larger than any host's are done with bounded processor time and memory. The bounds are no measurement:
/// what grows with its input stays far below them on any machine, and what grows with its square goes far beyond, of which
/// the kernel ends the process.
@Suite("growth with the records")
struct GrowthTests {
    /// Seconds of a processor, and bytes of address space.
    private static let (time, space) = (60, 1 << 30)

    /// How many of each kind of record: `netconfig-bench` says what they are.
    static let records = [
        "routes": 10_000, "addresses": 10_000, "dns": 20_000, "vlans": 4000, "bonds": 160_000, "networks": 20_000,
        "cards": 4000, "keys": 20_000, "tower": 4000, "tunnels": 4000, "shared": 4000, "text": 2_000_000, "rows": 4000,
    ]

    /// All kinds of work on each kind of record; what differs between the datapaths on both.
    static let cases = records.keys.sorted().flatMap { kind in
        ["check openvswitch", "up openvswitch", "up bridge", "show openvswitch", "back bridge", "rewrite bridge"].map {
            "\(kind) \($0)"
        }
    }

    private static let program = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
        .appendingPathComponent("netconfig-bench").path

    @Test(arguments: cases)
    func `time and memory are bounded`(_ words: String) throws {
        let words = words.split(separator: " ").map(String.init)
        let size = try #require(Self.records[words[0]])
        let limits = ["--cpu=\(Self.time)", "--as=\(Self.space)"]
        let output = try ChildProcess(
            "/usr/bin/prlimit", limits + [Self.program, "growth"] + words + [String(size)]
        ).run(timeLimit: .seconds(600)).standardOutput
        #expect(output.split(separator: " ").count == 3, "\(output)")
    }

    @Test
    func `a process that takes more than the bound is ended`() {
        let busy = ["--cpu=1", "/bin/sh", "-c", "while :; do :; done"]
        #expect(throws: ChildProcessError.self) {
            try ChildProcess("/usr/bin/prlimit", busy).run(timeLimit: .seconds(600))
        }
    }
}
