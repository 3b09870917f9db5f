internal import Glibc
internal import SystemPackage

/// A connected stream socket of the Unix domain. Every wait on it ends at a deadline.
struct UnixSocket: ~Copyable {
    /// What waiting for the socket came to.
    enum Readiness {
        case ready
        case timedOut
    }

    /// The clock that deadlines are measured with: it goes on while the machine sleeps, and cannot be set.
    typealias Deadline = ContinuousClock.Instant

    /// The longest path, in bytes: `sun_path` has 108, the last of which is the terminating zero.
    static let pathLimit = 107

    private let descriptor: CInt

    /// Connects to the socket at a path of at most ``pathLimit`` bytes.
    ///
    /// - Throws: The system call's error; `EAGAIN` when the server's queue of connections stayed full until the
    ///   deadline.
    static func connected(to path: String, deadline: Deadline) throws(Errno) -> UnixSocket {
        guard path.utf8.count <= pathLimit else { throw .fileNameTooLong }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw lastError }
        let socket = UnixSocket(descriptor: descriptor)
        try socket.limitConnecting(deadline: deadline)
        try socket.connect(to: path)
        return socket
    }

    private init(descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A full queue makes `connect` wait, and this is the limit that it heeds.
    private func limitConnecting(deadline: Deadline) throws(Errno) {
        var limit = UnixSocket.timeval(until: deadline)
        let status = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<Glibc.timeval>.size))
        guard status == 0 else { throw UnixSocket.lastError }
    }

    private func connect(to path: String) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        while true {
            let status = unsafe withUnsafePointer(to: address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            if status == 0 { return }
            guard errno == EINTR else { throw UnixSocket.lastError }
        }
    }

    /// Waits until bytes, or the end of the stream, can be read.
    func waitToRead(deadline: Deadline) throws(Errno) -> Readiness {
        try wait(for: CShort(POLLIN), deadline: deadline)
    }

    private func wait(for events: CShort, deadline: Deadline) throws(Errno) -> Readiness {
        while true {
            var poll = pollfd(fd: descriptor, events: events, revents: 0)
            let count = unsafe Glibc.poll(&poll, 1, UnixSocket.milliseconds(until: deadline))
            if count > 0 { return .ready }
            if count == 0 {
                guard ContinuousClock.now < deadline else { return .timedOut }
                continue
            }
            guard errno == EINTR else { throw UnixSocket.lastError }
        }
    }

    /// Reads what is there, at most `limit` bytes, and appends it to a buffer.
    ///
    /// - Returns: How many bytes came; 0 at the end of the stream, `nil` when there are none now.
    func read(into buffer: inout [UInt8], limit: Int) throws(Errno) -> Int? {
        var chunk: [UInt8] = []
        var count = 0
        var error = Errno(rawValue: 0)
        chunk = unsafe [UInt8](unsafeUninitializedCapacity: limit) { bytes, initialized in
            count = unsafe recv(descriptor, bytes.baseAddress, limit, CInt(MSG_DONTWAIT))
            if count < 0 { error = UnixSocket.lastError }
            initialized = max(count, 0)
        }
        guard count >= 0 else {
            if error == .wouldBlock || error == .interrupted { return nil }
            throw error
        }
        buffer += chunk
        return count
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8], deadline: Deadline) throws(Errno) -> Readiness {
        var rest = bytes[...]
        return try write(&rest, deadline: deadline)
    }

    /// Writes bytes, and removes those that went.
    func write(_ rest: inout ArraySlice<UInt8>, deadline: Deadline) throws(Errno) -> Readiness {
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                // A server that went away must be an error here, not a signal that ends the process.
                unsafe send(
                    descriptor, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest.removeFirst(count)
            } else if errno == EAGAIN {
                guard try wait(for: CShort(POLLOUT), deadline: deadline) == .ready else { return .timedOut }
            } else if errno != EINTR {
                throw UnixSocket.lastError
            }
        }
        return .ready
    }

    private static var lastError: Errno { Errno(rawValue: errno) }

    private static func microseconds(until deadline: Deadline) -> Int64 {
        let (seconds, attoseconds) = (deadline - .now).components
        return max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    /// Rounded up, so that a wait does not end before its deadline; 0 at the deadline and after it.
    private static func milliseconds(until deadline: Deadline) -> CInt {
        CInt(clamping: (microseconds(until: deadline) + 999) / 1000)
    }

    /// At least 1 microsecond: to the kernel 0 means no limit.
    private static func timeval(until deadline: Deadline) -> timeval {
        let microseconds = max(1, microseconds(until: deadline))
        return Glibc.timeval(tv_sec: Int(microseconds / 1_000_000), tv_usec: Int(microseconds % 1_000_000))
    }
}
