internal import Glibc

/// How long the process still waits for a reader that does not read, all in all; after that it does not wait any more.
struct Patience {
    private var left: Duration

    /// Begins with so much of it.
    init(_ left: Duration) { self.left = left }

    /// Waits until a descriptor takes something; `false` where it does not in the time that is left.
    mutating func wait(toWriteTo descriptor: CInt) -> Bool {
        let start = ContinuousClock.now
        defer { left -= min(left, .now - start) }
        while true {
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let milliseconds = max(.zero, left - (.now - start)) / .milliseconds(1)
            let count = unsafe poll(&request, 1, CInt(milliseconds.rounded(.up)))
            guard count < 0, errno == EINTR else { return count > 0 }
        }
    }
}
