internal import NetConfigCore

/// Reads a document of XML-RPC from front to back.
struct XMLRPCReader: ~Copyable {
    private var xml: XMLDocument
    /// Bytes that values may still take. The VLANs of 64 hosts with 500 networks need a third of it.
    private var budget = 64 << 20

    init(_ xml: consuming XMLDocument) { self.xml = xml }

    mutating func answer() throws(XMLError) -> XMLRPCAnswer {
        try enter("methodResponse")
        let tag = try element("params or fault")
        let answer: XMLRPCAnswer
        switch tag.name {
        case "params":
            try enter("param")
            try enter("value")
            answer = .value(try value())
            try leave("param")
            try leave("params")
        case "fault":
            try enter("value")
            let value = try value()
            guard case .integer(let code)? = value["faultCode"], let message = value["faultString"]?.text else {
                throw XMLError(message: "a fault without code and text", position: tag.position)
            }
            answer = .fault(code: code, message: message)
            try leave("fault")
        default: throw unexpected(tag, "params or fault")
        }
        try leave("methodResponse")
        try finish()
        return answer
    }

    mutating func call() throws(XMLError) -> XMLRPCCall {
        try enter("methodCall")
        try enter("methodName")
        var call = XMLRPCCall(method: try text().trimmingXMLSpace, parameters: [])
        // A call without parameters may leave the element out.
        if let tag = try xml.nextChild() {
            guard tag.name == "params" else { throw unexpected(tag, "params") }
            while let tag = try xml.nextChild() {
                guard tag.name == "param" else { throw unexpected(tag, "param") }
                try enter("value")
                call.parameters.append(try value())
                try leave("param")
            }
            try leave("methodCall")
        }
        try finish()
        return call
    }

    /// What stands after the document's element may still be wrong.
    private mutating func finish() throws(XMLError) {
        while try xml.next() != nil {}
    }

    // MARK: Values

    /// The value whose start tag has just been read, which is left.
    private mutating func value() throws(XMLError) -> XMLRPCValue {
        try spend(MemoryLayout<XMLRPCValue.Member>.stride)
        var text = ""
        var typed: XMLRPCValue?
        while let event = try xml.next() {
            switch event {
            case .text(let piece):
                try spend(piece.utf8.count)
                text += piece
            case .start(let tag):
                guard typed == nil else { throw unexpected(tag, "one type in a value") }
                typed = try content(of: tag)
            case .end: return typed ?? .string(text)
            }
        }
        throw truncated
    }

    /// What is in the element that says a value's type; it is left.
    private mutating func content(of tag: XMLDocument.Tag) throws(XMLError) -> XMLRPCValue {
        switch tag.name {
        case "string": return .string(try text())
        case "int", "i4", "i8": return .integer(try parsed(tag) { Int64($0) })
        case "boolean": return .boolean(try parsed(tag) { ["0": false, "1": true][$0] })
        case "double": return .double(try parsed(tag) { Double($0) })
        case "dateTime.iso8601": return .date(try text().trimmingXMLSpace)
        case "base64": return .base64(try text())
        case "nil", "ex:nil":
            try leave(tag.name)
            return .none
        case "array": return .array(try array())
        case "struct": return .structure(try structure())
        default: throw unexpected(tag, "a type of XML-RPC")
        }
    }

    private mutating func parsed<Value>(
        _ tag: XMLDocument.Tag, _ parse: (String) -> Value?
    ) throws(XMLError) -> Value {
        guard let value = parse(try text().trimmingXMLSpace) else {
            throw XMLError(message: "the text of <\(tag.name)> is not a valid value", position: tag.position)
        }
        return value
    }

    /// The text of the element whose start tag has just been read, which is left.
    private mutating func text() throws(XMLError) -> String {
        var text = ""
        while let event = try xml.next() {
            switch event {
            case .text(let piece):
                try spend(piece.utf8.count)
                text += piece
            case .start(let tag): throw unexpected(tag, "text")
            case .end: return text
            }
        }
        throw truncated
    }

    private mutating func array() throws(XMLError) -> [XMLRPCValue] {
        try enter("data")
        var values: [XMLRPCValue] = []
        while let tag = try xml.nextChild() {
            guard tag.name == "value" else { throw unexpected(tag, "value") }
            values.append(try value())
        }
        try leave("array")
        return values
    }

    private mutating func structure() throws(XMLError) -> [XMLRPCValue.Member] {
        var members: [XMLRPCValue.Member] = []
        while let tag = try xml.nextChild() {
            guard tag.name == "member" else { throw unexpected(tag, "member") }
            try enter("name")
            let name = try text()
            try enter("value")
            members.append(.init(name: name, value: try value()))
            try leave("member")
        }
        return members
    }

    // MARK: Elements

    private mutating func enter(_ name: String) throws(XMLError) {
        let tag = try element(name)
        guard tag.name == name else { throw unexpected(tag, name) }
    }

    private mutating func element(_ expected: String) throws(XMLError) -> XMLDocument.Tag {
        guard let tag = try xml.nextChild() else {
            throw XMLError(message: "expected \(expected), found nothing", position: .init(line: 1, column: 1))
        }
        return tag
    }

    private mutating func leave(_ name: String) throws(XMLError) {
        if let tag = try xml.nextChild() { throw unexpected(tag, "the end of \(name)") }
    }

    private func unexpected(_ tag: XMLDocument.Tag, _ expected: String) -> XMLError {
        XMLError(message: "expected \(expected), found element '\(tag.name)'", position: tag.position)
    }

    private var truncated: XMLError {
        XMLError(message: "unexpected end of the document", position: .init(line: 1, column: 1))
    }

    private mutating func spend(_ bytes: Int) throws(XMLError) {
        budget -= bytes
        guard budget >= 0 else {
            throw XMLError(message: "too many values", position: .init(line: 1, column: 1))
        }
    }
}
