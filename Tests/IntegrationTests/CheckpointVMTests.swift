@testable import NetConfigCore
import Testing

/// Changes of bonds and VLANs that are not confirmed, on a kernel that has them (`Scripts/vm`).
@Suite("unconfirmed changes of bonds and VLANs", .serialized, .needsTestBed)
struct CheckpointVMTests {
    static let changes = [
        CheckpointTests.Change(
            datapath: .bridge, before: ("two-cards", ["xenbr0", "xenbr1"]), after: ("bond", "xapi1")),
        CheckpointTests.Change(
            datapath: .bridge, before: ("vlan-on-bond", ["xapi1", "xapi5"]), after: ("vlan-on-bond", "xenbr0")),
        CheckpointTests.Change(datapath: .bridge, before: ("bond", ["xapi1"]), after: ("bond-lacp", "xapi1")),
        CheckpointTests.Change(
            datapath: .openvswitch, before: ("vlan-on-bond", ["xapi1", "xapi5"]), after: ("two-cards", "xenbr0")),
    ]

    @Test(arguments: changes)
    func `are put back`(_ change: CheckpointTests.Change) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        let up = try bed.run("--force", change.after.bridge, "up", "--confirm", "1")
        #expect(up.status == 1 && up.errors.contains("not confirmed within 1 s"), "\(up.errors)")
        #expect(!up.errors.contains("could not be put back"), "\(up.errors)")
        try bed.expectPutBack(to: before)
    }

    @Test(arguments: changes)
    func `are put back when the program is killed half way`(_ change: CheckpointTests.Change) throws {
        let bed = try change.bed()
        let before = try bed.snapshot()
        var interrupted = 0
        // Not at every message: machines are slow here.
        for number in stride(from: 9, to: 100, by: 4) {
            let fault = ["-e", "trace=sendmsg", "-e", "inject=sendmsg:signal=KILL:when=\(number)"]
            let up = try bed.run(
                ["--force", change.after.bridge, "up", "--confirm", "1"],
                through: ["strace", "-qq", "-o", "/dev/null"] + fault)
            try bed.awaitGuardsEnd()
            if bed.outcome.contains("the program was killed while it changed the network") { interrupted += 1 }
            #expect(!bed.outcome.contains("could not be put back"), "\(bed.outcome)")
            try bed.expectPutBack(to: before)
            if up.status != 137 { break }
        }
        #expect(interrupted > 0)
    }
}
