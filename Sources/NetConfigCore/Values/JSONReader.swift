/// Reads one JSON value (RFC 8259) from bytes.
package struct JSONReader {
    /// How deep arrays and objects may be within each other. What ovsdb-server sends is nine deep; a limit is needed
    /// because the reader calls itself, and what it reads is not trusted.
    package static let nestingLimit = 64
    /// How many values a message may have. Each takes some 30 bytes where its text may have two, so it is this that
    /// limits the memory. The rows of 4,000 bridges have a third of it.
    package static let valueLimit = 2_000_000
    /// How many members of a text that is read tolerantly may have a name that was there before.
    private static let repetitionLimit = 1000

    private var values = 0
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    private let isTolerant: Bool
    private var repeated: [JSONError] = []

    /// Reads the only value in a range of bytes.
    package static func read(_ bytes: [UInt8], in range: Range<Int>) throws(JSONError) -> JSON {
        var reader = JSONReader(bytes: bytes, in: range, isTolerant: false)
        return try reader.onlyValue()
    }

    /// Reads the only value in some bytes.
    package static func read(_ bytes: [UInt8]) throws(JSONError) -> JSON { try read(bytes, in: 0..<bytes.count) }

    /// Reads a text of another program's, of which the caller needs only a part: what is odd in a value is left to who uses that
    /// value.
    ///
    /// Strings may have bytes that no UTF-8 has, halves of surrogate pairs, and control characters; what is no text becomes
    /// replacement characters. A number that is too large becomes an infinite one, which no field can have. What is nested too
    /// deeply becomes `null`. Of members with the same name the last one counts.
    package static func readTolerantly(_ bytes: [UInt8]) throws(JSONError) -> TolerantJSON {
        var reader = JSONReader(bytes: bytes, in: start(of: bytes)..<bytes.count, isTolerant: true)
        let value = try reader.onlyValue()
        return TolerantJSON(value: value, repeated: reader.repeated)
    }

    private init(bytes: [UInt8], in range: Range<Int>, isTolerant: Bool) {
        self.isTolerant = isTolerant
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Where a text begins: after the mark that some editors put there.
    private static func start(of bytes: [UInt8]) -> Int { bytes.withoutByteOrderMark.startIndex }

    private mutating func onlyValue() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == end else { throw error("unexpected text after the value") }
        return value
    }

    private func error(_ reason: String) -> JSONError { JSONError(reason: reason, offset: position) }

    /// Where the values of some bytes are, by their paths: the members and elements that lead to each, elements by number.
    ///
    /// - Parameters:
    ///   - bytes: The JSON text.
    ///   - depth: How long the paths are at most; values further in are left out.
    /// - Returns: Offsets in bytes; of members with the same name, that of the last.
    /// - Throws: `JSONError` where ``readTolerantly(_:)`` would.
    package static func places(in bytes: [UInt8], depth: Int) throws(JSONError) -> [[String]: Int] {
        var reader = JSONReader(bytes: bytes, in: start(of: bytes)..<bytes.count, isTolerant: true)
        var places: [[String]: Int] = [:]
        try reader.collect(&places, path: [], depth: depth)
        return places
    }

    private mutating func collect(
        _ places: inout [[String]: Int], path: [String], depth: Int
    ) throws(JSONError) {
        let first = try next()
        places[path] = position
        let isObject = first == UInt8(ascii: "{")
        guard path.count < depth, isObject || first == UInt8(ascii: "[") else {
            _ = try value(depth: path.count)
            return
        }
        position += 1
        if try take(isObject ? "}" : "]") { return }
        var count = 0
        while true {
            var name = String(count)
            if isObject { name = try memberName() }
            try collect(&places, path: path + [name], depth: depth)
            if try take(isObject ? "}" : "]") { return }
            guard try take(",") else { throw error("no comma between values") }
            count += 1
        }
    }

    private mutating func skipSpace() {
        while position < end, JSONReader.isSpace(bytes[position]) { position += 1 }
    }

    /// Whether a byte may stand between two tokens.
    package static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }

    /// Skips white space and looks at the next byte.
    private mutating func next() throws(JSONError) -> UInt8 {
        skipSpace()
        guard position < end else { throw error("the value ends too early") }
        return bytes[position]
    }

    /// Takes the next byte if it is this one.
    private mutating func take(_ byte: Unicode.Scalar) throws(JSONError) -> Bool {
        guard try next() == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth <= JSONReader.nestingLimit else { return try deepValue() }
        values += 1
        guard values <= JSONReader.valueLimit else { throw error("more than \(JSONReader.valueLimit) values") }
        switch try next() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let word = text.description.utf8
        guard bytes[position..<end].prefix(word.count).elementsEqual(word) else { throw error("unknown word") }
        position += word.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        position += 1
        var elements: [JSON] = []
        if try take("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1, at: elements.count))
            if try take("]") { return elements }
            guard try take(",") else { throw error("no comma between elements") }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> [String: JSON] {
        position += 1
        var members: [String: JSON] = [:]
        if try take("}") { return members }
        while true {
            let start = position
            let name = try memberName()
            let value = try value(depth: depth + 1, at: name)
            if members.updateValue(value, forKey: name) != nil { try note(repeated: name, at: start) }
            if try take("}") { return members }
            guard try take(",") else { throw error("no comma between members") }
        }
    }

    /// Reads a value within another; what is to be said of it names the way to it.
    private mutating func value(depth: Int, at name: some CustomStringConvertible) throws(JSONError) -> JSON {
        let known = repeated.count
        do throws(JSONError) {
            let value = try value(depth: depth)
            for index in known..<repeated.count { repeated[index].path.insert(name.description, at: 0) }
            return value
        } catch {
            var error = error
            error.path.insert(name.description, at: 0)
            throw error
        }
    }

    private mutating func note(repeated name: String, at start: Int) throws(JSONError) {
        var error = JSONError(reason: "two members with the same name", offset: start)
        guard isTolerant, repeated.count < JSONReader.repetitionLimit else { throw error }
        error.path = [name]
        repeated.append(error)
    }

    /// Skips an array or object that is nested too deeply without calling itself; what is in it is not looked at.
    private mutating func deepValue() throws(JSONError) -> JSON {
        guard isTolerant else { throw error("values nested too deeply") }
        var depth = 0
        repeat {
            switch try next() {
            case UInt8(ascii: "\""):
                _ = try string()
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            position += 1
        } while depth > 0
        return .null
    }

    /// Reads a member's name, and the colon after it.
    private mutating func memberName() throws(JSONError) -> String {
        guard try next() == UInt8(ascii: "\"") else { throw error("a member without a name") }
        let name = try string()
        guard try take(":") else { throw error("no colon after a member's name") }
        return name
    }
}

extension JSONReader {
    /// Reads a string; most have no escapes and are copied as they are.
    private mutating func string() throws(JSONError) -> String {
        let start = position + 1
        var index = start
        while index < end, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
            guard bytes[index] >= 0x20 || isTolerant else { throw error("a control character in a string") }
            index += 1
        }
        guard index < end else { throw error("unterminated string") }
        guard bytes[index] == UInt8(ascii: "\"") else { return try escapedString(from: start, upTo: index) }
        position = index + 1
        return try text(bytes[start..<index])
    }

    private func text(_ utf8: some Collection<UInt8>) throws(JSONError) -> String {
        if isTolerant { return String(decoding: utf8, as: UTF8.self) }
        guard let text = String(validating: utf8, as: UTF8.self) else { throw error("a string that is not UTF-8") }
        return text
    }

    private mutating func escapedString(from start: Int, upTo escape: Int) throws(JSONError) -> String {
        var utf8 = Array(bytes[start..<escape])
        position = escape
        while position < end {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(utf8)
            case UInt8(ascii: "\\"): utf8.append(contentsOf: try escapeSequence())
            case ..<0x20 where !isTolerant: throw error("a control character in a string")
            default: utf8.append(byte)
            }
        }
        throw error("unterminated string")
    }

    /// Reads what follows a backslash.
    private mutating func escapeSequence() throws(JSONError) -> [UInt8] {
        guard position < end else { throw error("unterminated string") }
        defer { position += 1 }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [bytes[position]]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
        default: throw error("unknown escape sequence")
        }
    }

    /// Reads four hexadecimal digits after `\u`, or two such groups for a character beyond the 16-bit ones; stops on
    /// the last digit.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), position + 2 < end, bytes[position + 1] == UInt8(ascii: "\\"),
            bytes[position + 2] == UInt8(ascii: "u")
        else { return try unpaired() }
        let last = position
        position += 2
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else {
            position = last
            return try unpaired()
        }
        return scalar
    }

    private func unpaired() throws(JSONError) -> Unicode.Scalar {
        guard isTolerant else { throw error("unpaired surrogate") }
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var number: UInt32 = 0
        for _ in 0..<4 {
            position += 1
            guard position < end, let digit = bytes[position].hexDigitValue else {
                throw error("not a hexadecimal digit")
            }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    /// Reads a number: one without fraction and exponent that fits is an integer, as RFC 7047 wants it.
    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        while position < end, JSONReader.isNumberByte(bytes[position]) { position += 1 }
        guard position > start else { throw error("missing value") }
        let token = String(decoding: bytes[start..<position], as: UTF8.self)
        guard JSONReader.isNumber(token) else { throw error("not a number") }
        if let integer = Int(token) { return .integer(integer) }
        guard let real = Double(token), real.isFinite || isTolerant else { throw error("a number that is too large") }
        return .real(real)
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        byte.isDigit || "-+.eE".utf8.contains(byte)
    }

    /// The grammar of RFC 8259, which is narrower than what `Int` and `Double` read.
    private static func isNumber(_ token: String) -> Bool {
        var rest = token.utf8[...]
        func digits() -> Int {
            let count = rest.prefix(while: \.isDigit).count
            rest.removeFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let leadingZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !leadingZero || whole == 1 else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard digits() > 0 else { return false }
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}
