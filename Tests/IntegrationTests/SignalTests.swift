import NetConfigCore
import NetConfigSystem
import Testing

/// A signal in the middle of a run takes back what was done.
@Suite("a run that gets a signal", .serialized, .needsTestBed)
struct SignalTests {
    private static let signals = ["TERM", "INT", "HUP"]

    @Test(arguments: Datapath.allCases, ["up", "down"])
    func `puts everything back, fails, and leaves the lock free`(_ datapath: Datapath, _ verb: String) throws {
        let bed = try TestBed(datapath, cache: "cache/everything.xml")
        let command = ["--force", "xenbr0", verb]
        func prepare() throws {
            try #require(bed.run("--force", "xenbr0", verb == "up" ? "down" : "up").status == 0)
        }
        for each in ["up", "down"] { try #require(bed.run("--force", "xenbr0", each).status == 0) }
        try prepare()
        let before = try bed.snapshot()
        let trace = try bed.traced(command).trace
        try prepare()
        let messages = trace.calls.filter { $0.contains("sendmsg(") }
        let changing = messages.indices.filter { trace.netlinkChanges.contains(messages[$0]) }
        var interrupted = 0
        for (index, message) in changing.enumerated() {
            let signal = Self.signals[index % Self.signals.count]
            let result = try bed.traced(
                command, options: ["-e", "inject=sendmsg:signal=\(signal):when=\(message + 1)"]
            )
            .result
            #expect(try bed.script("flock --nonblock \(bed.root)\(HostLock.path) true").status == 0)
            if result.status == 0 {
                // It came when all was done.
                try prepare()
                continue
            }
            interrupted += 1
            #expect(result.status == 1)
            #expect(result.errors.contains("SIG\(signal)"), "\(result.errors)")
            #expect(!result.errors.contains("could not be put back"), "\(result.errors)")
            try bed.expectPutBack(to: before)
        }
        print("signals: \(verb) on \(datapath): \(interrupted) of \(changing.count) came in time, all put back")
        #expect(interrupted >= changing.count - 2 && interrupted > 0)
    }
}
