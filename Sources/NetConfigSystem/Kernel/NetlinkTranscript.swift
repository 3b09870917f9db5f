internal import CLibNL
internal import SystemPackage

/// What the kernel has said so far in answer to one request.
struct NetlinkTranscript {
    /// The request's number. Messages with another one are late answers to a request that was given up.
    let sequence: UInt32
    /// Whether something is missing or out of date, so that what was read must not be used.
    var isTorn = false
    /// Why the kernel refused, once it has, and what it said to that.
    private(set) var failure: (code: Errno, text: String?)?
    private var replies: [NetlinkReply] = []

    /// Starts a transcript.
    init(sequence: UInt32) {
        self.sequence = sequence
    }

    /// Takes in a datagram; returns all replies when it held the last one. Then, or else, look at ``failure``.
    mutating func read(_ datagram: [UInt8]) -> [NetlinkReply]? {
        var rest = datagram[...]
        while let header = NetlinkHeader(rest) {
            let payload = rest.prefix(header.length).dropFirst(NetlinkHeader.size)
            rest = rest.dropFirst((header.length + 3) & ~3)
            guard header.sequence == sequence else { continue }
            if header.flags & UInt16(NLM_F_DUMP_INTR) != 0 { isTorn = true }
            switch Int32(header.type) {
            case NLMSG_ERROR, NLMSG_DONE:
                // The end of a dump carries an error number too, for one that failed half way.
                let code = payload.integer(as: Int32.self) ?? 0
                if code != 0 {
                    failure = (Errno(rawValue: -code), Self.text(of: header, payload))
                } else if isTorn {
                    failure = (.interrupted, "it changed while it was read")
                }
                return failure == nil ? replies : nil
            case NLMSG_OVERRUN:
                isTorn = true
            case NLMSG_NOOP:
                continue
            default:
                replies.append(NetlinkReply(type: Int(header.type), payload: payload))
            }
        }
        return nil
    }

    /// The text of an extended ACK. It stands behind the error number and the request's header or, where the kernel
    /// does not cap it, the whole request.
    private static func text(of header: NetlinkHeader, _ payload: ArraySlice<UInt8>) -> String? {
        guard header.flags & UInt16(NLM_F_ACK_TLVS) != 0 else { return nil }
        var attributes = payload.dropFirst(4)
        if header.type == NLMSG_ERROR, let request = NetlinkHeader(echoed: attributes) {
            let isCapped = header.flags & UInt16(NLM_F_CAPPED) != 0
            attributes = attributes.dropFirst(isCapped ? NetlinkHeader.size : (request.length + 3) & ~3)
        }
        return NetlinkAttributes(attributes).first { $0.type == NLMSGERR_ATTR_MSG.rawValue }?.payload.text
    }
}

/// The header of a message, `struct nlmsghdr`.
private struct NetlinkHeader {
    static let size = 16
    var length: Int
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32

    /// Reads a header; `nil` where the bytes do not hold the whole message.
    init?(_ bytes: ArraySlice<UInt8>) {
        self.init(echoed: bytes)
        guard length >= Self.size, length <= bytes.count else { return nil }
    }

    /// Reads a header whose payload may have been cut off, as in an error's echo of the request.
    init?(echoed bytes: ArraySlice<UInt8>) {
        guard let length = bytes.integer(at: 0, as: UInt32.self), let type = bytes.integer(at: 4, as: UInt16.self),
            let flags = bytes.integer(at: 6, as: UInt16.self), let sequence = bytes.integer(at: 8, as: UInt32.self)
        else { return nil }
        self.length = Int(length)
        self.type = type
        self.flags = flags
        self.sequence = sequence
    }
}
