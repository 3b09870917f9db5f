internal import Glibc
internal import SystemPackage

/// A child process that was started. When its owner goes away it runs on by itself.
package struct RunningProcess: ~Copyable {
    /// What runs.
    let program: FilePath
    /// Its process id, and its process group's.
    let pid: pid_t
    private let stdout: Descriptor
    private let stderr: Descriptor
    /// How the process ended; `nil` while it runs.
    private var outcome: End?

    /// How a process ended.
    private enum End {
        /// With this status, as `waitpid(2)` tells it.
        case told(CInt)
        /// The kernel has not told: SIGCHLD is ignored in this process, or another part of it waits for all children.
        case untold
    }

    init(program: FilePath, pid: pid_t, stdout: consuming Descriptor, stderr: consuming Descriptor) {
        self.program = program
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
    }

    /// Waits until the process has ended; `false` where it still runs at the deadline.
    ///
    /// Asks again and again, after an eighth of the time that it took so far (50 us to 20 ms): there is no descriptor
    /// to wait on (`pidfd_open(2)` came with kernel 5.3, dom0 has 4.19), and SIGCHLD belongs to the whole process.
    ///
    /// - Throws: `ChildProcessError` where the process printed more than `ChildProcess.outputLimit`; it was then ended.
    package mutating func wait(until deadline: ContinuousClock.Instant) throws(ChildProcessError) -> Bool {
        let start = ContinuousClock.now
        while !hasEnded() {
            for output in [stdout.number, stderr.number] where Self.size(output) > ChildProcess.outputLimit {
                end()
                throw ChildProcessError(program, .outputLimit(ChildProcess.outputLimit))
            }
            let now = ContinuousClock.now
            guard now < deadline else { return false }
            pause(min(deadline - now, max(.microseconds(50), min((now - start) / 8, .milliseconds(20)))))
        }
        return true
    }

    /// Sends the process a signal, which another process cannot get instead: this one's id is its own until we have waited
    /// for it.
    package func send(_ signal: CInt) { if outcome == nil { _ = kill(pid, signal) } }

    /// Asks the kernel whether the process has ended.
    private mutating func hasEnded() -> Bool {
        guard outcome == nil else { return true }
        var value: CInt = 0
        do throws(Errno) {
            if try Errno.check({ unsafe waitpid(pid, &value, WNOHANG) }) == pid { outcome = .told(value) }
        } catch {
            outcome = .untold
        }
        return outcome != nil
    }

    /// Ends the process and its process group: SIGTERM, half a second later SIGKILL.
    mutating func end() {
        for signal in [SIGTERM, SIGKILL] where !hasEnded() {
            _ = kill(-pid, signal)
            let deadline = ContinuousClock.now + .milliseconds(500)
            // No `wait(until:)`: here nothing may throw, and how much it prints does not matter any more.
            while !hasEnded(), .now < deadline { pause(.milliseconds(2)) }
        }
        // Whatever of the group outlived its first process.
        _ = kill(-pid, SIGKILL)
    }

    /// What the process printed, once it has ended.
    ///
    /// - Throws: `ChildProcessError` unless the exit status is known to be 0.
    package func output() throws(ChildProcessError) -> ChildProcess.Output {
        let (out, error) = (printed, messages)
        // The layout of a wait status is the kernel's: the signal in bits 0 to 6, else the exit status in 8 to 15.
        guard case .told(let status) = outcome else { throw ChildProcessError(program, .untold, message: error) }
        guard status & 0x7F == 0 else { throw ChildProcessError(program, .signal(status & 0x7F), message: error) }
        guard status == 0 else { throw ChildProcessError(program, .status(status >> 8 & 0xFF), message: error) }
        return ChildProcess.Output(standardOutput: out, standardError: error)
    }

    /// What the process has written to its standard output so far.
    var printed: String { Self.text(stdout) }

    /// What the process has written to its standard error output so far.
    var messages: String { Self.text(stderr) }

    private static func text(_ descriptor: borrowing Descriptor) -> String {
        let bytes = try? descriptor.read(limit: ChildProcess.outputLimit, fromStart: true)
        return String(decoding: bytes ?? [], as: UTF8.self)
    }

    private static func size(_ descriptor: CInt) -> Int {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}

/// Sleeps, and goes on sleeping after a signal. The corresponding C function is `nanosleep`.
package func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var time = timespec(tv_sec: Int(max(0, seconds)), tv_nsec: Int(max(0, attoseconds)) / 1_000_000_000)
    var rest = time
    while unsafe nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
}
