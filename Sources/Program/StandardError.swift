internal import Glibc

/// Standard error, unbuffered.
package enum StandardError {
    /// Writes a line, as far as it is printable. Nobody can be told when that fails.
    package static func write(_ line: String, end: String = "\n") {
        var bytes = Array((line.printable(atMost: 1 << 16) + end).utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 { bytes = bytes.dropFirst(written) } else if errno != EINTR { return }
        }
    }
}
