internal import Glibc

/// Standard error, unbuffered.
package enum StandardError {
    /// Writes a line. Nobody can be told when that fails.
    package static func write(_ line: String, end: String = "\n") {
        _ = Program.write(line + end, to: STDERR_FILENO)
    }
}
