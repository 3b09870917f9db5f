import Glibc
import Program

/// Somebody in front of a terminal, who is shown how the time runs out and may press Enter.
struct Terminal: ~Copyable {
    private var shown: Int?

    /// Standard input and standard error, where both are a terminal.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
    }

    deinit { if shown != nil { StandardError.write("") } }

    /// Whether Enter was pressed since this was asked for the first time. Shows the seconds left when they have changed.
    mutating func isConfirmed(secondsLeft: Int) -> Bool {
        // What was typed before nobody meant for this.
        if shown == nil { tcflush(STDIN_FILENO, TCIFLUSH) }
        if shown != secondsLeft {
            // Whatever comes next is written over it.
            StandardError.write("Enter keeps the change; it is put back in \(secondsLeft) s  ", end: "\r")
            shown = secondsLeft
        }
        // The terminal stops a program in the background that reads from it.
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard tcgetpgrp(STDIN_FILENO) == getpgrp(), unsafe poll(&input, 1, 0) > 0 else { return false }
        var typed = [UInt8](repeating: 0, count: 256)
        let count = unsafe typed.withUnsafeMutableBytes { unsafe read(STDIN_FILENO, $0.baseAddress, $0.count) }
        return typed.prefix(max(0, count)).contains(UInt8(ascii: "\n"))
    }
}
