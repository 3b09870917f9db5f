internal import Glibc
internal import NetConfig

/// Standard error, unbuffered.
package enum StandardError {
    /// Writes a line, as far as it is printable. Nobody can be told when that fails.
    package static func write(_ line: String, end: String = "\n") {
        _ = writeAll(line.printableLines(atMost: 1 << 16) + end, to: STDERR_FILENO)
    }
}
