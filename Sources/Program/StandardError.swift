internal import Glibc

/// Standard error, unbuffered.
package enum StandardError {
    /// Writes a line. Nobody can be told when that fails.
    package static func write(_ line: String) { write(bytes: "\(line)\n") }

    /// Writes text as it is.
    package static func write(bytes text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written > 0 { bytes = bytes.dropFirst(written) } else if errno != EINTR { return }
        }
    }
}
