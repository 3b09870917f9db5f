/// The answer to a call of XML-RPC.
package enum XMLRPCAnswer: Equatable, Sendable {
    /// The result.
    case value(XMLRPCValue)
    /// The server could not make the call: a number and a text of its own.
    case fault(code: Int64, message: String)

    /// Reads an answer.
    ///
    /// - Throws: `XMLError` for what is no answer, and for one that would take more memory than any has need of.
    package init(_ xml: consuming XMLDocument) throws(XMLError) {
        var reader = XMLRPCReader(xml)
        self = try reader.answer()
    }

    /// The text that is sent, in UTF-8.
    ///
    /// - Throws: ``InvalidXMLCharacter`` for text that XML cannot hold.
    package func bytes() throws(InvalidXMLCharacter) -> [UInt8] {
        var bytes = Array("<?xml version=\"1.0\"?>\n<methodResponse>".utf8)
        switch self {
        case .value(let value):
            bytes += "<params><param>".utf8
            try bytes.append(value)
            bytes += "</param></params>".utf8
        case .fault(let code, let message):
            bytes += "<fault>".utf8
            try bytes.append(
                XMLRPCValue.structure([
                    .init(name: "faultCode", value: .integer(code)),
                    .init(name: "faultString", value: .string(message)),
                ]))
            bytes += "</fault>".utf8
        }
        bytes += "</methodResponse>\n".utf8
        return bytes
    }
}
