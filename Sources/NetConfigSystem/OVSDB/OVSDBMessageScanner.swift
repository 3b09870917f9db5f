internal import NetConfigCore

/// Finds where a JSON-RPC message ends in a stream of bytes.
///
/// The messages of RFC 7047 follow each other without length or delimiter, so the end of one is where the braces that
/// it opened are all closed. Each byte is looked at once, however the stream is cut into reads.
struct OVSDBMessageScanner {
    /// How many bytes a message may have. The whole database of a host with thousands of interfaces is a few MiB.
    static let sizeLimit = 64 << 20

    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Looks at more of the current message.
    ///
    /// - Parameter bytes: What follows the bytes that were looked at before.
    /// - Returns: How many of them belong to the current message when it ends here, after which the scanner is ready
    ///   for the next message; `nil`: all do, and its end is yet to come.
    /// - Throws: `JSONError` for what cannot be a message, or is too long for one.
    mutating func end(in bytes: ArraySlice<UInt8>) throws(JSONError) -> Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if isInString, !isEscaped {
                // Nearly all bytes of a large message are those of long strings.
                guard let end = bytes[index...].firstIndex(where: Self.endsRun) else { break }
                index = end
            }
            if try isEnd(bytes[index], at: index) { return index - bytes.startIndex + 1 }
            index += 1
        }
        return nil
    }

    /// Whether a byte is more than a character of the string that it is in.
    private static func endsRun(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") }

    private mutating func isEnd(_ byte: UInt8, at index: Int) throws(JSONError) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "[") where depth == 0, UInt8(ascii: "\"") where depth == 0: throw notAnObject(at: index)
        case UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            guard depth > 0 else { throw notAnObject(at: index) }
            depth -= 1
            return depth == 0
        default:
            guard depth > 0 || JSONReader.isSpace(byte) else { throw notAnObject(at: index) }
        }
        guard depth <= JSONReader.nestingLimit else {
            throw JSONError(reason: "values nested too deeply", offset: index)
        }
        return false
    }

    private func notAnObject(at index: Int) -> JSONError {
        JSONError(reason: "a message that is not a JSON object", offset: index)
    }
}
