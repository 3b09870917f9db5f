import Glibc
import Program

/// A terminal with an operator, who sees the time run out and may press Enter.
struct Terminal: ~Copyable {
    private var shown: Int?
    /// Standard input, opened once more: others may read from the terminal as well, and we do not wait for what they were
    /// faster to get. The flag for that on standard input itself would be theirs, too.
    private let input: CInt

    /// Standard input and standard error, where both are a terminal.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        input = unsafe open("/proc/self/fd/\(STDIN_FILENO)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }

    deinit {
        if shown != nil { StandardError.write("") }
        if input >= 0 { close(input) }
    }

    /// Whether Enter was pressed since the first call. Shows the seconds left when they change.
    mutating func isConfirmed(_ left: Duration) -> Bool {
        let secondsLeft = Int((left / .seconds(1)).rounded(.up))
        // What was typed before was not meant for this.
        if shown == nil { tcflush(STDIN_FILENO, TCIFLUSH) }
        if shown != secondsLeft {
            // Whatever comes next is written over it.
            StandardError.writePassing("Enter keeps the change; it is put back in \(secondsLeft) s  ", end: "\r")
            shown = secondsLeft
        }
        // The terminal stops a program in the background that reads from it.
        guard input >= 0, tcgetpgrp(input) == getpgrp() else { return false }
        var typed = [UInt8](repeating: 0, count: 256)
        let count = unsafe typed.withUnsafeMutableBytes { unsafe read(input, $0.baseAddress, $0.count) }
        return typed.prefix(max(0, count)).contains(UInt8(ascii: "\n"))
    }
}
