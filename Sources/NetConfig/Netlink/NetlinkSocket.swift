internal import CLibNL
internal import Glibc
internal import SystemPackage

/// A connection to the kernel's routing subsystem (rtnetlink(7)).
///
/// The corresponding C type is `struct nl_sock`. Answers are read here and not by libnl's callbacks, which turn the
/// kernel's error numbers into fewer numbers of their own.
@safe struct NetlinkSocket: ~Copyable {
    private let handle: OpaquePointer

    /// How long the kernel may take for an answer, in seconds.
    private static var timeout: Int { 5 }

    /// Connects.
    init() throws(NetlinkError) {
        guard let handle = unsafe nl_socket_alloc() else { throw NetlinkError("open a netlink socket", .noMemory) }
        guard unsafe nl_connect(handle, NETLINK_ROUTE) == 0 else {
            let error = Errno(rawValue: errno)
            unsafe nl_socket_free(handle)
            throw NetlinkError("open a netlink socket", error)
        }
        unsafe self.handle = handle
        unsafe nl_socket_set_buffer_size(handle, 1 << 20, 1 << 17)
        // Of a fixed size, so that libnl does not look at each datagram twice; the kernel fills 32 KiB at most.
        unsafe nl_socket_set_msg_buf_size(handle, 1 << 16)
        var limit = timeval(tv_sec: Self.timeout, tv_usec: 0)
        unsafe setsockopt(
            nl_socket_get_fd(handle), SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { unsafe nl_socket_free(handle) }

    /// Sends a request and waits for its acknowledgement.
    func request(_ message: consuming NetlinkMessage) throws(Errno) {
        try send(message)
        try receive { _, _ in }
    }

    /// Asks for a dump and hands on each message of the answer: its type and what follows its header.
    ///
    /// A dump during which something changed may hold the half of it, and one that overran our buffer lacks something: it
    /// is asked for once more.
    func dump(
        _ request: () -> NetlinkMessage, _ each: (Int, ArraySlice<UInt8>) -> Void, restart: () -> Void
    ) throws(Errno) {
        do throws(Errno) {
            try send(request())
            try receive(each)
        } catch {
            guard error == .interrupted || error == .noBufferSpace else { throw error }
            restart()
            try send(request())
            try receive(each)
        }
    }

    private func send(_ message: consuming NetlinkMessage) throws(Errno) {
        guard unsafe nl_send_auto(handle, message.handle) >= 0 else { throw Errno(rawValue: errno) }
    }

    /// Reads datagrams up to the one that ends the answer.
    private func receive(_ each: (Int, ArraySlice<UInt8>) -> Void) throws(Errno) {
        while true {
            let bytes = try datagram()
            var rest = bytes[...]
            while let length: UInt32 = rest.number(at: 0), let type: UInt16 = rest.number(at: 4),
                let flags: UInt16 = rest.number(at: 6), length >= 16, Int(length) <= rest.count
            {
                let body = rest.dropFirst(16).prefix(Int(length) - 16)
                switch Int32(type) {
                case NLMSG_DONE: return
                case NLMSG_ERROR:
                    let code: Int32 = body.number(at: 0) ?? -EPROTO
                    guard code == 0 else { throw Errno(rawValue: -code) }
                    return
                default:
                    if Int32(flags) & NLM_F_DUMP_INTR != 0 { try drain(); throw .interrupted }
                    each(Int(type), body)
                }
                rest = rest.dropFirst((Int(length) + 3) & ~3)
            }
        }
    }

    /// Reads what is left of an answer that is of no use any more.
    private func drain() throws(Errno) {
        while true {
            let bytes = try datagram()
            guard let type: UInt16 = bytes[...].number(at: 4) else { return }
            if Int32(type) == NLMSG_DONE || Int32(type) == NLMSG_ERROR { return }
        }
    }

    /// The corresponding C function is `nl_recv`.
    private func datagram() throws(Errno) -> [UInt8] {
        var peer = sockaddr_nl()
        var buffer: UnsafeMutablePointer<UInt8>?
        let count = unsafe nl_recv(handle, &peer, &buffer, nil)
        defer { unsafe free(buffer) }
        guard count > 0, let start = unsafe buffer else {
            throw count < 0 && errno != 0 && errno != EAGAIN ? Errno(rawValue: errno) : .timedOut
        }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }
}
