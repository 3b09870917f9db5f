internal import Glibc
internal import SystemPackage

/// A connected stream socket of the Unix domain. Every wait on it ends at a deadline.
struct UnixSocket: ~Copyable {
    /// What waiting for the socket came to.
    enum Readiness {
        case ready
        case timedOut
    }

    /// The longest path, in bytes: `sun_path` has 108, the last of which is the terminating zero.
    static let pathLimit = 107

    private let descriptor: Descriptor

    /// Connects to the socket at a path of at most ``pathLimit`` bytes.
    ///
    /// - Throws: The system call's error; `EAGAIN` when the server's queue of connections stayed full until the
    ///   deadline.
    static func connected(to path: String, deadline: Deadline) throws(Errno) -> UnixSocket {
        guard path.utf8.count <= pathLimit else { throw .fileNameTooLong }
        let number = try Errno.check { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0) }
        let socket = UnixSocket(descriptor: Descriptor(owning: number))
        try socket.limitConnecting(deadline: deadline)
        try socket.connect(to: path)
        return socket
    }

    private init(descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// A full queue makes `connect` wait, and this is the limit that it heeds.
    private func limitConnecting(deadline: Deadline) throws(Errno) {
        var limit = deadline.socketTimeout
        try Errno.check {
            unsafe setsockopt(
                descriptor.number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func connect(to path: String) throws(Errno) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        try Errno.check {
            unsafe withUnsafePointer(to: address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe Glibc.connect(descriptor.number, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    /// Waits until bytes, or the end of the stream, can be read.
    func waitToRead(deadline: Deadline) throws(Errno) -> Readiness {
        try wait(for: CShort(POLLIN), deadline: deadline)
    }

    private func wait(for events: CShort, deadline: Deadline) throws(Errno) -> Readiness {
        while true {
            var poll = pollfd(fd: descriptor.number, events: events, revents: 0)
            let count = unsafe Glibc.poll(&poll, 1, deadline.pollTimeout)
            if count > 0 { return .ready }
            if count == 0 {
                guard .now < deadline else { return .timedOut }
                continue
            }
            guard errno == EINTR else { throw .last }
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
            count = unsafe recv(descriptor.number, bytes.baseAddress, limit, CInt(MSG_DONTWAIT))
            if count < 0 { error = .last }
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
                    descriptor.number, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest.removeFirst(count)
            } else if errno == EAGAIN {
                guard try wait(for: CShort(POLLOUT), deadline: deadline) == .ready else { return .timedOut }
            } else if errno != EINTR {
                throw .last
            }
        }
        return .ready
    }
}
