internal import NetConfigCore
internal import CLibXML2

/// An XML document that is read from front to back and never held as a tree.
///
/// libxml2's push parser runs a piece ahead of the reader, so memory stays the same for any size of document.
/// Its tree reader would be of the same speed, but cannot say in which column an element starts.
///
/// Nothing but elements, attributes and text comes out: comments and processing instructions are skipped, and a
/// document type is an error, so that there are no entities to expand and nothing to fetch.
@safe package struct XMLDocument: ~Copyable {
    /// A start tag.
    struct Tag {
        /// The element's name, with its prefix where it has one.
        var name: String
        /// The attributes, in their order.
        var attributes: [(name: String, value: String)]
        /// Where the tag starts.
        var position: ModelError.Position

        /// The value of an attribute, `nil` where the tag has none of that name.
        subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }
    }

    /// What comes next in a document.
    enum Event {
        case start(Tag)
        /// Text; one stretch of it may come in several pieces.
        case text(String)
        case end

        /// Whether an element ends here.
        var isEnd: Bool { if case .end = self { true } else { false } }
    }

    /// What one tag may have: libxml2 compares each attribute of a tag with each other one, which takes its time.
    struct Limits {
        /// How many attributes.
        var attributes = 64
        /// How many bytes, before libxml2 sets about it; a comment as well.
        var markup = 1 << 18
    }

    private let limits: Limits
    private let nextPiece: () throws(XMLError) -> [UInt8]
    private var size = 0
    private var cursor = 0
    private var isFinished = false
    private var scratch: [UInt8] = []
    // What the parser has found and the reader has not asked for yet.
    private var found: [XMLTokens.Token] = []
    private var foundText: [UInt8] = []
    /// What the callbacks write to: at a fixed address, for libxml2 to hand on.
    private let tokens: UnsafeMutablePointer<XMLTokens>
    private let parser: xmlParserCtxtPtr

    /// Bytes that are parsed at a time.
    private static let pieceSize = 1 << 16
    /// How many different names a document may have: libxml2 keeps them in a hash table that does not grow for ever.
    private static let maximumNames = 10_000
    /// libxml2 sets up its tables on first use, which is not safe from two threads at once; a `let` is.
    private static let isPrepared: Void = xmlInitParser()

    /// Prepares to read a document that is there as a whole.
    package init(_ bytes: [UInt8]) throws(XMLError) { try self.init(bytes, limits: Limits()) }

    /// The same with limits of its own.
    init(_ bytes: [UInt8], limits: Limits) throws(XMLError) {
        var rest = bytes[...]
        try self.init(limits: limits) { () throws(XMLError) in
            defer { rest = rest.dropFirst(Self.pieceSize) }
            return Array(rest.prefix(Self.pieceSize))
        }
    }

    /// Prepares to read a document that comes in pieces; an empty one is its end. They are asked for as they are needed,
    /// so that a document of any size takes no memory, and the rest of one that is wrong is not waited for.
    init(limits: Limits = Limits(), pieces nextPiece: @escaping () throws(XMLError) -> [UInt8]) throws(XMLError) {
        Self.isPrepared
        self.limits = limits
        var handlers = unsafe XMLTokens.handlers
        guard let parser = unsafe xmlCreatePushParserCtxt(&handlers, nil, nil, 0, nil) else {
            throw XMLError(message: "out of memory", position: .init(line: 1, column: 1))
        }
        // Records are UTF-8, whatever the text calls itself: for other encodings the C library would load a module, which a
        // program that is linked statically must not.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue
        unsafe xmlCtxtUseOptions(parser, Int32(bitPattern: options))
        unsafe self.parser = parser
        unsafe tokens = .allocate(capacity: 1)
        unsafe tokens.initialize(to: XMLTokens(parser: parser, maximumAttributes: limits.attributes))
        unsafe parser.pointee.userData = UnsafeMutableRawPointer(tokens)
        self.nextPiece = nextPiece
    }

    deinit {
        unsafe xmlFreeParserCtxt(parser)
        unsafe tokens.deinitialize(count: 1)
        unsafe tokens.deallocate()
    }

    /// The next piece of the document, `nil` after its end.
    mutating func next() throws(XMLError) -> Event? {
        switch try nextToken() {
        case .start(let tag): .start(tag)
        case .text(let range): .text(String(decoding: foundText[range], as: UTF8.self))
        case .end: .end
        case nil: nil
        }
    }

    /// Goes into the next element of the one that was last gone into; at its end, leaves it and returns `nil`. Text
    /// in between is skipped.
    mutating func nextChild() throws(XMLError) -> Tag? {
        while let token = try nextToken() {
            switch token {
            case .start(let tag): return tag
            case .text: continue
            case .end: return nil
            }
        }
        return nil
    }

    /// The text of the element that was last gone into, which is left. Elements in it are skipped.
    mutating func text() throws(XMLError) -> String {
        try collectText()
        return String(decoding: scratch, as: UTF8.self)
    }

    /// As ``text()``, without the white space at both ends.
    mutating func trimmedText() throws(XMLError) -> String {
        // Nearly always there is one stretch of text and the end tag.
        if cursor + 1 < found.count, case .text(let range) = found[cursor], case .end = found[cursor + 1] {
            cursor += 2
            return Self.trimmed(foundText, range)
        }
        try collectText()
        return Self.trimmed(scratch, scratch.indices)
    }

    private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start].isXMLSpace { start += 1 }
        while start < end, bytes[end - 1].isXMLSpace { end -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Leaves the element that was last gone into, whatever is in it.
    mutating func skip() throws(XMLError) {
        var depth = 1
        while depth > 0, let token = try nextToken() {
            switch token {
            case .start: depth += 1
            case .end: depth -= 1
            case .text: continue
            }
        }
    }

    private mutating func collectText() throws(XMLError) {
        scratch.removeAll(keepingCapacity: true)
        while let token = try nextToken() {
            switch token {
            case .start: try skip()
            case .text(let range): scratch += foundText[range]
            case .end: return
            }
        }
    }

    private mutating func nextToken() throws(XMLError) -> XMLTokens.Token? {
        while cursor == found.count {
            if let error = unsafe tokens.pointee.error { throw error }
            guard !isFinished else { return nil }
            cursor = 0
            try parsePiece()
        }
        defer { cursor += 1 }
        return found[cursor]
    }

    /// Whether a document begins as libxml2 knows UTF-16, UCS-4 and EBCDIC by.
    private static func isEncodedOtherwise(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(4).contains(0)
            || [[0xFE, 0xFF], [0xFF, 0xFE], [0x4C, 0x6F, 0xA7, 0x94]].contains(where: bytes.starts)
    }

    /// Has libxml2 parse the next piece, or says that the document ends here.
    private mutating func parsePiece() throws(XMLError) {
        let piece = try nextPiece()
        if size == 0, Self.isEncodedOtherwise(piece) {
            throw XMLError(message: "the text is not UTF-8", position: .init(line: 1, column: 1))
        }
        unsafe piece.withUnsafeBufferPointer { piece in
            unsafe piece.withMemoryRebound(to: CChar.self) { piece in
                _ = unsafe xmlParseChunk(parser, piece.baseAddress, Int32(piece.count), piece.isEmpty ? 1 : 0)
            }
        }
        // A copy of the pointer: what it leads to is no part of this value.
        let tokens = unsafe tokens
        unsafe tokens.pointee.exchange(&found, &foundText)
        isFinished = piece.isEmpty
        size += piece.count
        if unsafe size - Int(xmlByteConsumed(parser)) > limits.markup {
            unsafe tokens.pointee.stop("a tag or comment longer than \(limits.markup) bytes")
        } else if unsafe xmlDictSize(parser.pointee.dict) > Self.maximumNames {
            unsafe tokens.pointee.stop("more than \(Self.maximumNames) different names")
        }
    }
}

extension UInt8 {
    /// Whether this is white space by XML's rule: blank, tab, line feed or carriage return.
    package var isXMLSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}

/// What libxml2 has found in one piece of a document, as its callbacks tell it.
@safe private struct XMLTokens {
    enum Token {
        case start(XMLDocument.Tag)
        /// A range of the text that was found.
        case text(Range<Int>)
        case end
    }

    private var list: [Token] = []
    private var text: [UInt8] = []
    private var depth = 0
    private(set) var error: XMLError?
    private let parser: xmlParserCtxtPtr

    /// libxml2's own limit, which it applies only where it builds a tree.
    private static let maximumDepth = 256
    private let maximumAttributes: Int

    init(parser: xmlParserCtxtPtr, maximumAttributes: Int) {
        unsafe self.parser = parser
        self.maximumAttributes = maximumAttributes
    }

    /// Hands over what was found, and takes back the space of what was found before.
    mutating func exchange(_ list: inout [Token], _ text: inout [UInt8]) {
        swap(&self.list, &list)
        swap(&self.text, &text)
        self.list.removeAll(keepingCapacity: true)
        self.text.removeAll(keepingCapacity: true)
    }

    /// The callbacks; each gets the object as its context.
    static var handlers: xmlSAXHandler {
        var handlers = unsafe xmlSAXHandler()
        unsafe handlers.initialized = UInt32(XML_SAX2_MAGIC)
        unsafe handlers.startElementNs = { context, name, prefix, _, _, _, count, _, attributes in
            unsafe XMLTokens.from(context)?.pointee.start(name, prefix, attributes, count: Int(count))
        }
        unsafe handlers.endElementNs = { context, _, _, _ in unsafe XMLTokens.from(context)?.pointee.end() }
        unsafe handlers.characters = { context, bytes, count in
            unsafe XMLTokens.from(context)?.pointee.characters(UnsafeBufferPointer(start: bytes, count: Int(count)))
        }
        // The same function, so that libxml2 does not try to find out which white space is of no meaning.
        unsafe handlers.ignorableWhitespace = handlers.characters
        unsafe handlers.cdataBlock = handlers.characters
        // Called before the document type is read any further.
        unsafe handlers.internalSubset = { context, _, _, _ in
            unsafe XMLTokens.from(context)?.pointee.stop("a document type is not allowed")
        }
        unsafe handlers.serror = { context, error in
            guard let error = unsafe error, unsafe error.pointee.level == XML_ERR_FATAL else { return }
            unsafe XMLTokens.from(context)?.pointee.fail(error.pointee)
        }
        return unsafe handlers
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<XMLTokens>? {
        unsafe context?.assumingMemoryBound(to: XMLTokens.self)
    }

    private mutating func start(
        _ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?,
        _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int
    ) {
        depth += 1
        guard depth <= Self.maximumDepth else { return stop("elements nested more than \(Self.maximumDepth) deep") }
        guard count <= maximumAttributes else { return stop("more than \(maximumAttributes) attributes") }
        var tag = unsafe XMLDocument.Tag(name: Self.name(name, prefix), attributes: [], position: tagPosition())
        // Each attribute is five pointers: name, prefix, namespace, and both ends of its value.
        for index in 0..<count {
            guard let attribute = unsafe attributes?.advanced(by: 5 * index), let start = unsafe attribute[3],
                let end = unsafe attribute[4]
            else { continue }
            let value = unsafe String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
            // Without substitution of entities libxml2 leaves an escaped ampersand in an attribute escaped.
            let text = value.utf8.contains(UInt8(ascii: "&")) ? value.substituting("&#38;", with: "&") : value
            tag.attributes.append((unsafe Self.name(attribute[0], attribute[1]), text))
        }
        list.append(.start(tag))
    }

    private mutating func end() {
        depth -= 1
        list.append(.end)
    }

    private mutating func characters(_ bytes: UnsafeBufferPointer<xmlChar>) {
        let start = text.count
        unsafe text.append(contentsOf: bytes)
        if case .text(let range) = list.last {
            list[list.count - 1] = .text(range.lowerBound..<text.count)
        } else {
            list.append(.text(start..<text.count))
        }
    }

    private mutating func fail(_ found: xmlError) {
        guard error == nil else { return }
        let message = unsafe found.message.map { unsafe String(cString: $0) } ?? "error \(found.code)"
        let position = unsafe ModelError.Position(line: Int(found.line), column: Int(found.int2))
        error = XMLError(message: message.lines().joined(separator: " "), position: position)
    }

    mutating func stop(_ message: String) {
        if error == nil { error = XMLError(message: message, position: inputPosition()) }
        unsafe xmlStopParser(parser)
    }

    private static func name(_ name: UnsafePointer<xmlChar>?, _ prefix: UnsafePointer<xmlChar>?) -> String {
        let local = unsafe name.map { unsafe String(cString: $0) } ?? ""
        guard let prefix = unsafe prefix else { return local }
        return unsafe "\(String(cString: prefix)):\(local)"
    }

    private func inputPosition() -> ModelError.Position {
        guard let input = unsafe parser.pointee.input else { return .init(line: 1, column: 1) }
        return unsafe .init(line: Int(input.pointee.line), column: Int(input.pointee.col))
    }

    /// Where the start tag that was just read begins. libxml2 stands at its end; `<` cannot occur within a tag.
    private func tagPosition() -> ModelError.Position {
        var position = inputPosition()
        guard let input = unsafe parser.pointee.input, let base = unsafe input.pointee.base,
            var byte = unsafe input.pointee.cur
        else { return position }
        let end = unsafe byte
        while unsafe byte > base, unsafe byte.pointee != UInt8(ascii: "<") {
            unsafe byte -= 1
            // A tag over several lines: its end has to do.
            guard unsafe byte.pointee != UInt8(ascii: "\n") else { return position }
        }
        unsafe position.column = max(1, position.column - (end - byte))
        return position
    }
}
