internal import NetConfigCore
internal import CLibNL

/// A request to the kernel that is being written.
///
/// Sequence number and port stay 0 until a ``NetlinkSocket`` sends it, which consumes the message. The message says
/// what it is for, so that an error can.
@safe struct NetlinkMessage: ~Copyable {
    /// What the request does, after "cannot".
    let operation: String
    /// The device that it is about.
    let device: DeviceName?
    let pointer: OpaquePointer

    /// Creates a message without attributes. The corresponding C functions are `nlmsg_alloc`, `nlmsg_put`.
    init<Header: BitwiseCopyable>(
        _ type: Int, flags: Int32 = NLM_F_ACK, header: Header, operation: String, device: DeviceName?
    ) {
        // Swift's own allocations end the program as well when there is no memory left.
        guard let pointer = unsafe nlmsg_alloc() else { fatalError("out of memory") }
        unsafe self.pointer = pointer
        self.operation = operation
        self.device = device
        let start = unsafe nlmsg_put(pointer, 0, 0, Int32(type), 0, flags | NLM_F_REQUEST)
        unsafe precondition(start != nil)
        unsafe withUnsafeBytes(of: header) { bytes in
            let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            unsafe precondition(nlmsg_append(pointer, start, bytes.count, Int32(NLMSG_ALIGNTO)) == 0)
        }
    }

    /// Creates a message of what another had behind its header. The corresponding C functions are `nlmsg_alloc_size`,
    /// `nlmsg_put`, `nlmsg_append`.
    init(_ type: Int, flags: Int32 = NLM_F_ACK, payload: [UInt8], operation: String, device: DeviceName?) {
        guard let pointer = unsafe nlmsg_alloc_size(payload.count + 64) else { fatalError("out of memory") }
        unsafe self.pointer = pointer
        self.operation = operation
        self.device = device
        let start = unsafe nlmsg_put(pointer, 0, 0, Int32(type), 0, flags | NLM_F_REQUEST)
        unsafe precondition(start != nil)
        append(payload)
    }

    deinit { unsafe nlmsg_free(pointer) }

    /// Appends bytes that are attributes already. The corresponding C function is `nlmsg_append`.
    mutating func append(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
            unsafe precondition(nlmsg_append(pointer, start, bytes.count, Int32(NLMSG_ALIGNTO)) == 0)
        }
    }

    /// Appends an attribute. The corresponding C function is `nla_put`.
    ///
    /// A message has room for a page; no request of ours comes near.
    mutating func put(_ type: Int, _ value: [UInt8]) {
        unsafe value.withUnsafeBytes { bytes in
            unsafe precondition(nla_put(pointer, Int32(type), Int32(bytes.count), bytes.baseAddress) == 0)
        }
    }

    /// Appends an integer in host order.
    mutating func put(_ type: Int, _ value: some FixedWidthInteger) {
        put(type, value.hostBytes)
    }

    /// Appends text with a zero byte behind it.
    mutating func put(_ type: Int, _ text: String) {
        put(type, text.utf8 + [0])
    }

    /// Appends a device's name with a zero byte behind it.
    mutating func put(_ type: Int, _ name: DeviceName) {
        put(type, name.bytes + [0])
    }

    /// Appends an attribute that is made of attributes. The corresponding C functions are `nla_nest_start`,
    /// `nla_nest_end_keep_empty`.
    mutating func nest(_ type: Int, _ body: (inout NetlinkMessage) -> Void) {
        // libnl marks nested attributes since 3.5 only.
        guard let start = unsafe nla_nest_start(pointer, Int32(type) | NLA_F_NESTED) else {
            preconditionFailure("no room")
        }
        body(&self)
        unsafe precondition(nla_nest_end_keep_empty(pointer, start) == 0)
    }

    /// The message as it goes over the wire.
    var bytes: [UInt8] {
        guard let header = unsafe nlmsg_hdr(pointer) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len)))
    }
}

extension FixedWidthInteger {
    /// The bytes in host order.
    var hostBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: littleEndian >> Self(8 * $0)) }
    }
}
