import Glibc
import NetConfigTestSupport

/// No parser, but what `Scripts/fuzz --self-test` shows the limits with: an input that says so takes too much time, too much
/// memory in small pieces, or too much in one.
func takeTimeOrMemory(_ bytes: [UInt8]) throws(BrokenPromise) {
    var pieces: [[UInt8]] = []
    switch String(decoding: bytes, as: UTF8.self) {
    // An empty loop the compiler may leave out.
    case "time": while pieces.isEmpty { usleep(1000) }
    case "memory": while pieces.count < 4096 { pieces.append([UInt8](repeating: 1, count: 1 << 20)) }
    case "piece": pieces.append([UInt8](repeating: 1, count: 128 << 20))
    default: break
    }
    try expect(pieces.allSatisfy { $0.last == 1 }, "memory that is not what was written")
}
