@testable import NetConfigCore
import NetConfigTestSupport
import Testing

@testable import NetConfigSystem

@Suite struct XMLRPCTests {
    private func answer(_ text: String) throws(XMLError) -> XMLRPCAnswer {
        try XMLRPCAnswer(XMLDocument(Array(text.utf8)))
    }

    private func value(_ text: String) throws(XMLError) -> XMLRPCAnswer {
        try answer("<methodResponse><params><param><value>\(text)</value></param></params></methodResponse>")
    }

    @Test func `a call is written with its parameters in their order`() throws {
        let call = XMLRPCCall(
            method: "PIF.get_all_records_where",
            parameters: [.string("OpaqueRef:1"), .string("field \"host\"=\"<h & i>\"")])
        #expect(
            try String(decoding: call.bytes(), as: UTF8.self) == """
                <?xml version="1.0"?>
                <methodCall><methodName>PIF.get_all_records_where</methodName><params>\
                <param><value><string>OpaqueRef:1</string></value></param>\
                <param><value><string>field &quot;host&quot;=&quot;&lt;h &amp; i&gt;&quot;</string></value></param>\
                </params></methodCall>

                """)
    }

    @Test func `a parameter that XML cannot hold is an error`() {
        let call = XMLRPCCall(method: "m", parameters: [.string("a\u{1}b")])
        #expect(throws: InvalidXMLCharacter(scalar: "\u{1}")) { _ = try call.bytes() }
    }

    static let everything = XMLRPCValue.structure([
        .init(name: "text", value: .string("  <a> & \"b\"\r\n\t\u{FFFD}😀 ")),
        .init(name: "", value: .string("")),
        .init(name: "numbers", value: .array([.integer(-1), .integer(.max), .integer(.min), .double(-0.5)])),
        .init(name: "flags", value: .array([.boolean(true), .boolean(false)])),
        .init(name: "date", value: .date("20260101T00:00:00Z")),
        .init(name: "bytes", value: .base64("AAEC")),
        .init(name: "nothing", value: .none),
        .init(name: "empty", value: .array([.array([]), .structure([])])),
    ])

    @Test func `a value of every type is read back as it was written`() throws {
        var bytes = Array("<methodResponse><params><param>".utf8)
        try bytes.append(Self.everything)
        bytes += "</param></params></methodResponse>".utf8
        #expect(try XMLRPCAnswer(XMLDocument(bytes)) == .value(Self.everything))
    }

    @Test func `an answer that comes byte by byte is the same`() throws {
        var bytes = Array("<?xml version='1.0'?><methodResponse><params><param>".utf8)
        try bytes.append(Self.everything)
        bytes += "</param></params></methodResponse>\n".utf8
        var rest = bytes[...]
        let xml = try XMLDocument { rest.popFirst().map { [$0] } ?? [] }
        #expect(try XMLRPCAnswer(xml) == .value(Self.everything))
    }

    @Test(
        arguments: [
            ("1500", .string("1500")),
            (" a b ", .string(" a b ")),
            ("", .string("")),
            ("<string>9007199254740993</string>", .string("9007199254740993")),
            ("<string/>", .string("")),
            ("<i4>-7</i4>", .integer(-7)),
            ("<int> 7 </int>", .integer(7)),
            ("<i8>9223372036854775807</i8>", .integer(.max)),
            ("\n <boolean>1</boolean>\n", .boolean(true)),
            ("<nil/>", .none),
            ("<ex:nil xmlns:ex='urn:e'/>", .none),
            ("<double>1e3</double>", .double(1000)),
            ("<array>\n<data>\n<value>a</value>\n</data>\n</array>", .array([.string("a")])),
            ("<struct/>", .structure([])),
        ] as [(String, XMLRPCValue)])
    func `values are read in each spelling`(text: String, expected: XMLRPCValue) throws {
        #expect(try value(text) == .value(expected))
    }

    @Test func `a fault is read with its number and text`() throws {
        let fault = try answer(
            """
            <methodResponse><fault><value><struct>
            <member><name>faultCode</name><value><int>-3</int></value></member>
            <member><name>faultString</name><value>no such method</value></member>
            </struct></value></fault></methodResponse>
            """)
        #expect(fault == .fault(code: -3, message: "no such method"))
    }

    @Test(arguments: [
        ("", "1, 1"),
        ("XAPI is starting up", "1, 1"),
        ("<html><body>busy</body></html>", "expected methodResponse, found element 'html'"),
        ("<methodResponse/>", "expected params or fault, found nothing"),
        ("<methodResponse><fault><value>x</value></fault></methodResponse>", "a fault without code and text"),
        ("<methodResponse><params><param><value>x", "1, "),
        ("<!DOCTYPE x [<!ENTITY a 'aa'>]><methodResponse/>", "a document type is not allowed"),
    ])
    func `what is no answer is an error`(text: String, message: String) throws {
        let error = #expect(throws: XMLError.self) { _ = try answer(text) }
        let description = try #require(error.map { "\($0.position.line), \($0.position.column): \($0.message)" })
        #expect(description.contains(message), "\(description)")
    }

    @Test(arguments: [
        ("<int>seven</int>", "the text of <int> is not a valid value"),
        ("<i8>9223372036854775808</i8>", "the text of <i8> is not a valid value"),
        ("<boolean>yes</boolean>", "the text of <boolean> is not a valid value"),
        ("<i4>1<b/></i4>", "expected text, found element 'b'"),
        ("<integer>1</integer>", "expected a type of XML-RPC, found element 'integer'"),
        ("<i4>1</i4><i4>2</i4>", "expected one type in a value, found element 'i4'"),
        ("<array><value>1</value></array>", "expected data, found element 'value'"),
        ("<struct><name>a</name></struct>", "expected member, found element 'name'"),
        ("<struct><member><value>1</value></member></struct>", "expected name, found element 'value'"),
        ("<struct><member><name>a</name></member></struct>", "expected value, found nothing"),
    ])
    func `what is no value is an error that says where`(text: String, message: String) {
        let error = #expect(throws: XMLError.self) { _ = try value(text) }
        #expect(error?.message == message)
        #expect(error.map { $0.position.column > 38 || message.hasSuffix("nothing") } == true)
    }

    @Test func `an answer of values without end takes no memory without end`() throws {
        var pieces = 0
        let error = #expect(throws: XMLError.self) {
            _ = try XMLRPCAnswer(
                XMLDocument { () throws(XMLError) in
                    pieces += 1
                    if pieces == 1 { return Array("<methodResponse><params><param><value><array><data>".utf8) }
                    return Array(String(repeating: "<value/>", count: 8000).utf8)
                })
        }
        #expect(error?.message == "too many values")
        #expect(pieces < 1000)
    }

    @Test func `a mutilated answer is an error or another answer`() throws {
        var random = SeededGenerator(seed: 7)
        var whole = Array("<methodResponse><params><param>".utf8)
        try whole.append(Self.everything)
        whole += "</param></params></methodResponse>".utf8
        var errors = 0
        for _ in 0..<3000 {
            let bytes = whole.mutilated(using: &random)
            do throws(XMLError) { _ = try XMLRPCAnswer(XMLDocument(bytes)) } catch { errors += 1 }
        }
        #expect((1500..<3000).contains(errors))
    }

    @Test func `an answer is read back as it was written`() throws {
        for answer in [XMLRPCAnswer.value(Self.everything), .fault(code: -3, message: "<no> such & method")] {
            #expect(try XMLRPCAnswer(XMLDocument(answer.bytes())) == answer)
        }
    }

    @Test func `a call is read back as it was written`() throws {
        for call in [
            XMLRPCCall(method: "update", parameters: [.string("a"), Self.everything]),
            .init(method: "m", parameters: []),
        ] {
            #expect(try XMLRPCCall(XMLDocument(call.bytes())) == call)
        }
        let short = try XMLRPCCall(XMLDocument(Array("<methodCall><methodName>\n m </methodName></methodCall>".utf8)))
        #expect(short == XMLRPCCall(method: "m", parameters: []))
    }

    @Test(arguments: [
        ("<methodResponse/>", "expected methodCall, found element 'methodResponse'"),
        ("<methodCall/>", "expected methodName, found nothing"),
        ("<methodCall><methodName>m</methodName><x/></methodCall>", "expected params, found element 'x'"),
        (
            "<methodCall><methodName>m</methodName><params><value>1</value></params></methodCall>",
            "expected param, found element 'value'"
        ),
        (
            "<methodCall><methodName>m</methodName><params/><params/></methodCall>",
            "expected the end of methodCall, found element 'params'"
        ),
        ("<methodCall><methodName>m</methodName></methodCall><x/>", "Extra content at the end of the document"),
    ])
    func `what is no call is an error`(text: String, message: String) {
        let error = #expect(throws: XMLError.self) { _ = try XMLRPCCall(XMLDocument(Array(text.utf8))) }
        #expect(error?.message == message)
    }

    @Test func `values in values without end are an error`() {
        let text = String(repeating: "<array><data><value>", count: 10_000)
        let error = #expect(throws: XMLError.self) { _ = try value(text) }
        #expect(error?.message == "elements nested more than 256 deep")
    }
}
