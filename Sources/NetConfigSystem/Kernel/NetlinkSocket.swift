internal import CLibNL
internal import Glibc
internal import SystemPackage

/// A connection to the kernel's rtnetlink, in the network namespace of the thread that made it.
///
/// libnl keeps the socket and its numbering. Replies are read here and not by libnl's call-backs, which would fold the
/// kernel's error numbers into fewer ones of libnl's and drop the text that comes with them.
@safe struct NetlinkSocket: ~Copyable {
    private let socket: OpaquePointer
    private var descriptor: Int32 { unsafe nl_socket_get_fd(socket) }

    /// Seconds to wait for a message. The kernel queues its answer before `send` returns, so that only a broken
    /// kernel makes us wait at all.
    private static let patience = 5
    /// Bytes for one datagram: dumps come in pieces of at most 32 KiB.
    private static let datagramSize = 65536
    /// How often a dump is read when links change meanwhile, as they do on a host that is starting its VMs.
    private static let dumpAttempts = 10

    /// Connects. The corresponding C functions are `nl_socket_alloc`, `nl_connect`.
    init() throws(NetlinkError) {
        guard let socket = unsafe nl_socket_alloc() else { fatalError("out of memory") }
        do throws(Errno) {
            try Errno.checkLibNL { unsafe nl_connect(socket, NETLINK_ROUTE) }
        } catch {
            unsafe nl_socket_free(socket)
            throw NetlinkError(operation: "connect to rtnetlink", code: error)
        }
        unsafe self.socket = socket
        // All of these make a good connection better; without them (old kernels) it still works.
        unsafe nl_socket_set_buffer_size(socket, 1 << 20, 0)
        set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
        set(SOL_NETLINK, NETLINK_EXT_ACK, Int32(1))
        set(SOL_NETLINK, NETLINK_CAP_ACK, Int32(1))
    }

    deinit { unsafe nl_socket_free(socket) }

    /// Sends a request and reads all that comes back, up to the acknowledgement or the end of the dump.
    func request(_ message: consuming NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
        unsafe nl_complete_msg(socket, message.pointer)
        let sequence = unsafe nlmsg_hdr(message.pointer).pointee.nlmsg_seq
        func failure(_ code: Errno, _ kernelMessage: String? = nil) -> NetlinkError {
            NetlinkError(
                operation: message.operation, device: message.device, code: code, kernelMessage: kernelMessage)
        }
        do throws(Errno) {
            try Errno.checkLibNL { unsafe nl_send(socket, message.pointer) }
        } catch {
            throw failure(error)
        }
        var transcript = NetlinkTranscript(sequence: sequence)
        while true {
            do {
                if let replies = try transcript.read(receive()) { return replies }
            } catch .noBufferSpace {
                // The rest still comes; it has to be read before the socket is of use again.
                transcript.isTorn = true
            } catch .interrupted {
                continue
            } catch {
                throw failure(error)
            }
            if let (code, text) = transcript.failure { throw failure(code, text) }
        }
    }

    /// Reads a dump, again where the kernel's tables changed while they were read.
    ///
    /// - Throws: `EINTR` where they changed each time.
    func dump(_ request: () -> NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] {
        for _ in 1..<Self.dumpAttempts {
            do {
                return try self.request(request())
            } catch let error where error.code == .interrupted || error.code == .noBufferSpace {
                continue
            }
        }
        return try self.request(request())
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) {
        unsafe withUnsafeBytes(of: value) { bytes in
            _ = unsafe setsockopt(descriptor, level, option, bytes.baseAddress, socklen_t(bytes.count))
        }
    }

    /// One datagram.
    private func receive() throws(Errno) -> [UInt8] {
        var count = 0
        var error = Errno(rawValue: 0)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.datagramSize) { buffer, initialized in
            unsafe count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
            if count < 0 { error = Errno.last }
            initialized = min(max(count, 0), buffer.count)
        }
        guard count >= 0 else { throw error == .wouldBlock ? .timedOut : error }
        guard count == bytes.count else { throw .messageTooLong }
        return bytes
    }
}

extension Errno {
    /// Calls a function of libnl's that says a negative number of its own on failure. Where that comes of a system call it has
    /// set `errno`; otherwise `errno` is what an earlier call left there.
    static func checkLibNL(_ call: () -> Int32) throws(Errno) {
        errno = 0
        let result = call()
        guard result < 0 else { return }
        let error = Errno.last
        guard error.rawValue == 0 else { throw error }
        switch -result {
        case NLE_NOMEM: throw .noMemory
        case NLE_NOADDR: throw .addressNotAvailable
        case NLE_AF_NOSUPPORT: throw .addressFamilyNotSupported
        case NLE_BAD_SOCK: throw .badFileDescriptor
        case NLE_EXIST: throw .addressInUse
        default: throw .ioError
        }
    }
}
