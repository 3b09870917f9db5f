internal import CLibNL

/// A netlink request under construction: a header, a body, and attributes, some of them nested.
///
/// The corresponding C type is `struct nl_msg`.
@safe struct NetlinkMessage: ~Copyable {
    let handle: OpaquePointer

    /// Begins a message of a type (`RTM_…`).
    ///
    /// The corresponding C function is `nlmsg_alloc_simple`.
    init(_ type: Int, flags: Int32 = 0) {
        guard let handle = unsafe nlmsg_alloc_simple(Int32(type), flags) else { fatalError("out of memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe nlmsg_free(handle) }

    /// Appends the fixed header of the message's family, such as `struct ifinfomsg`.
    ///
    /// The corresponding C function is `nlmsg_append`.
    mutating func append<Header: BitwiseCopyable>(_ header: Header) {
        var header = header
        let size = MemoryLayout<Header>.size
        check(unsafe nlmsg_append(handle, &header, size, Int32(NLMSG_ALIGNTO)))
    }

    /// Appends an attribute of bytes.
    ///
    /// The corresponding C function is `nla_put`.
    mutating func put(_ type: Int, _ bytes: [UInt8]) {
        check(unsafe nla_put(handle, Int32(type), Int32(bytes.count), bytes))
    }

    /// Appends an attribute of text, with the zero byte at its end that the kernel expects.
    mutating func put(_ type: Int, _ text: String) { put(type, Array(text.utf8) + [0]) }

    /// Appends an attribute of a number in host order.
    mutating func put(_ type: Int, _ number: some FixedWidthInteger) {
        put(type, unsafe withUnsafeBytes(of: number) { unsafe Array($0) })
    }

    /// Appends an attribute that holds others.
    ///
    /// The corresponding C functions are `nla_nest_start` and `nla_nest_end`.
    mutating func nest(_ type: Int, _ content: (inout NetlinkMessage) -> Void) {
        let start = unsafe nla_nest_start(handle, Int32(type))
        content(&self)
        check(unsafe nla_nest_end(handle, start))
    }

    /// The message as it goes to the kernel, without what the socket fills in (sequence number, port).
    var bytes: [UInt8] {
        guard let header = unsafe nlmsg_hdr(handle) else { return [] }
        return unsafe Array(UnsafeRawBufferPointer(start: header, count: Int(header.pointee.nlmsg_len)))
    }

    /// Our messages are a fraction of the page that one can hold, so only a mistake of ours can overflow it.
    private func check(_ result: Int32) { precondition(result >= 0, "netlink message too long") }
}
