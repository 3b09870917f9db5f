internal import Glibc

/// A descriptor that the caller gave the process, written to without waiting for long: its reader may not read (a pipe that
/// is full, a terminal that was stopped with Ctrl-S), and is no reason to leave a change half done.
///
/// `O_NONBLOCK` on the descriptor itself would be the caller's, too. A pipe or terminal is therefore opened once more, and
/// has a flag of its own then.
struct LimitedOutput {
    private enum Way {
        case socket
        case opened(CInt)
        case given
    }

    private let descriptor: CInt
    private let way: Way
    private var patience: Patience
    private var lost = 0
    private var isCutShort = false

    /// Describes a descriptor that the process waits for so long, all in all.
    init(_ descriptor: CInt, patience: Duration) {
        self.descriptor = descriptor
        self.patience = Patience(patience)
        way = Self.way(to: descriptor)
    }

    /// Gives it so much more time.
    mutating func extend(by patience: Duration) { self.patience = Patience(patience) }

    /// Writes a text that is a line or more, or drops it; how many were dropped is said as soon as one can be written.
    mutating func write(_ text: String) {
        if lost > 0 {
            let lines = lost == 1 ? "a line" : "\(lost) lines"
            guard put("warning: \(lines) could not be written here\n") else { return lost += 1 }
            lost = 0
        }
        if !put(text) { lost += 1 }
    }

    /// Writes a text that the next one replaces, if that is possible at once.
    mutating func writePassing(_ text: String) {
        var none = Patience(.zero)
        if lost == 0 { _ = put(text, &none) }
    }

    /// Says how many lines were dropped, where that was not said yet.
    mutating func tellLoss() { if lost > 0 { write("") } }

    private mutating func put(_ text: String) -> Bool {
        var patience = patience
        defer { self.patience = patience }
        return put(text, &patience)
    }

    private mutating func put(_ text: String, _ patience: inout Patience) -> Bool {
        var bytes = Array(((isCutShort ? "\n" : "") + text).utf8)[...]
        let whole = bytes.count
        while !bytes.isEmpty {
            // What was not opened anew could wait, but not for as much as this where it takes something (`pipe(7)`).
            if case .given = way, !patience.wait(toWriteTo: descriptor) { break }
            let written = write(bytes.prefix(Int(PIPE_BUF)))
            if written > 0 {
                bytes = bytes.dropFirst(written)
            } else if errno == EAGAIN {
                guard patience.wait(toWriteTo: descriptor) else { break }
            } else if errno != EINTR {
                break
            }
        }
        if bytes.count < whole { isCutShort = !bytes.isEmpty }
        return bytes.isEmpty
    }

    private func write(_ bytes: ArraySlice<UInt8>) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            switch way {
            case .socket:
                unsafe send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
            case .opened(let own): unsafe Glibc.write(own, bytes.baseAddress, bytes.count)
            case .given: unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
        }
    }

    private static func way(to descriptor: CInt) -> Way {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { return .given }
        switch status.st_mode & S_IFMT {
        case S_IFSOCK: return .socket
        case S_IFIFO, S_IFCHR:
            let own = unsafe open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            return own < 0 ? .given : .opened(own)
        default: return .given
        }
    }
}
