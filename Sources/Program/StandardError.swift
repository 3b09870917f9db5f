import NetConfigCore
internal import Glibc
internal import Synchronization

/// Standard error, unbuffered. A reader that does not read does not stop the program: what it does not take in time is dropped,
/// and how much that was is said when it takes something again.
package enum StandardError {
    /// How long the process waits for its reader: while it works, and once more when it says how that ended.
    private static let patience = Duration.seconds(5)

    private static let output = Mutex(LimitedOutput(STDERR_FILENO, patience: patience))

    /// Writes a line, as far as it is printable.
    package static func write(_ line: String) {
        let text = line.printableLines(atMost: 1 << 16) + "\n"
        output.withLock { $0.write(text) }
    }

    /// Writes what the next line is written over.
    package static func writePassing(_ text: String, after start: String = "", end: String = "") {
        let text = start + text.printableLines(atMost: 1 << 16) + end
        output.withLock { $0.writePassing(text) }
    }

    /// Says how the work ended: an error, and what of the log was lost.
    package static func conclude(error: String?, lostLog: String?) {
        output.withLock { $0.extend(by: patience) }
        if let lostLog { write("warning: \(lostLog)") }
        if let error { write("error: \(error)") }
        output.withLock { $0.tellLoss() }
    }
}
