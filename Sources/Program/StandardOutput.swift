internal import Glibc

/// Standard output.
package enum StandardOutput {
    /// Writes text.
    ///
    /// - Throws: ``OutputError``; not where the reader went away (`| head`): it has had enough.
    package static func write(_ text: String) throws(OutputError) {
        let error = writeAll(text, to: STDOUT_FILENO)
        guard error == 0 || error == EPIPE else {
            let cause = unsafe String(cString: strerror(error)).lowercased()
            throw OutputError(description: "cannot write to standard output: \(cause)")
        }
    }
}

/// Writes all of a text, unbuffered; gives what `errno` is where that fails, else 0.
func writeAll(_ text: String, to descriptor: CInt) -> CInt {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written > 0 { bytes = bytes.dropFirst(written) } else if errno != EINTR { return errno }
    }
    return 0
}
