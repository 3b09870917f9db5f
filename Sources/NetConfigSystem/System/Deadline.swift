internal import Glibc

/// When a wait ends. The clock goes on while the machine sleeps, and cannot be set.
package typealias Deadline = ContinuousClock.Instant

extension Deadline {
    /// The time left, for `poll(2)`: rounded up, so that a wait does not end before its deadline; 0 from then on.
    package var pollTimeout: CInt { CInt(clamping: (microsecondsLeft + 999) / 1000) }

    /// The time left, for `setsockopt(2)`: at least 1 microsecond, because 0 means no limit to the kernel.
    var socketTimeout: timeval {
        let microseconds = max(1, microsecondsLeft)
        return timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }

    private var microsecondsLeft: Int64 {
        let (seconds, attoseconds) = (self - .now).components
        return max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }
}
