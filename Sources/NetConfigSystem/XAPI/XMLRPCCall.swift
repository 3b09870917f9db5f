/// A call of XML-RPC.
package struct XMLRPCCall: Equatable, Sendable {
    /// The name of the method, such as `PIF.get_all_records`.
    package var method: String
    /// Its parameters.
    package var parameters: [XMLRPCValue]

    /// Describes a call.
    package init(method: String, parameters: [XMLRPCValue]) {
        self.method = method
        self.parameters = parameters
    }

    /// Reads a call.
    ///
    /// - Throws: `XMLError` for what is no call, and for one that would take more memory than any has need of.
    package init(_ xml: consuming XMLDocument) throws(XMLError) {
        var reader = XMLRPCReader(xml)
        self = try reader.call()
    }

    /// The text that is sent, in UTF-8.
    ///
    /// - Throws: ``InvalidXMLCharacter`` for text that XML cannot hold.
    package func bytes() throws(InvalidXMLCharacter) -> [UInt8] {
        var bytes = Array("<?xml version=\"1.0\"?>\n<methodCall><methodName>".utf8)
        try bytes.append(escapingXML: method)
        bytes += "</methodName><params>".utf8
        for parameter in parameters {
            bytes += "<param>".utf8
            try bytes.append(parameter)
            bytes += "</param>".utf8
        }
        bytes += "</params></methodCall>\n".utf8
        return bytes
    }
}

extension [UInt8] {
    /// Appends a value as XML-RPC writes it.
    mutating func append(_ value: XMLRPCValue) throws(InvalidXMLCharacter) {
        self += "<value>".utf8
        switch value {
        case .string(let text): try append(text, as: "string")
        case .integer(let number):
            // Four bytes is what every server knows.
            try append("\(number)", as: Int32(exactly: number) == nil ? "i8" : "int")
        case .boolean(let flag): try append(flag ? "1" : "0", as: "boolean")
        case .double(let number): try append("\(number)", as: "double")
        case .date(let text): try append(text, as: "dateTime.iso8601")
        case .base64(let text): try append(text, as: "base64")
        case .none: self += "<nil/>".utf8
        case .array(let values):
            self += "<array><data>".utf8
            for value in values { try append(value) }
            self += "</data></array>".utf8
        case .structure(let members):
            self += "<struct>".utf8
            for member in members {
                self += "<member>".utf8
                try append(member.name, as: "name")
                try append(member.value)
                self += "</member>".utf8
            }
            self += "</struct>".utf8
        }
        self += "</value>".utf8
    }

    private mutating func append(_ text: String, as type: String) throws(InvalidXMLCharacter) {
        self += "<\(type)>".utf8
        try append(escapingXML: text)
        self += "</\(type)>".utf8
    }
}
