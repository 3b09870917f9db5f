import Testing

@testable import NetConfigCore

@Suite struct JSONReaderTests {
    @Test(arguments: [
        ("null", JSON.null), (" true ", .boolean(true)), ("false", .boolean(false)),
        ("0", .integer(0)), ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .real(9_223_372_036_854_775_808)), ("1.5", .real(1.5)), ("-2e3", .real(-2000)),
        (#""""#, .string("")), (#""xenbr0""#, .string("xenbr0")), (#""Zürich""#, .string("Zürich")),
        (#""a\"b\\c\/d\b\f\n\r\te""#, .string("a\"b\\c/d\u{8}\u{C}\n\r\te")),
        (#""\u00e9\uD83D\uDE00\u0000""#, .string("é😀\0")),
        ("[]", .array([])), ("[1,[2] , 3]", .array([.integer(1), .array([.integer(2)]), .integer(3)])),
        ("{}", .object([:])),
        (#"{"a": {"b": []}, "": null}"#, .object(["a": .object(["b": .array([])]), "": .null])),
    ])
    func `JSON is read`(text: String, value: JSON) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "truth", "NaN", "+1", "01", "-", "1.", ".5", "1e", "1e999", "--1", "0x10",
        #"""#, #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\uD800""#, #""\uD800\u0041""#, #""\uDC00""#,
        "\"a\nb\"", "[", "[1", "[1,", "[1,]", "[1 2]", "[}", "{", "{1:2}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        #"{"a":1 "b":2}"#, #"{"a":1,"a":2}"#, "{} {}", "1 2", "]",
    ])
    func `what is no JSON is an error`(text: String) {
        #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test func `a string that is no UTF-8 is an error that says where`() {
        let bytes = Array("[\"".utf8) + [0xC3, 0x28] + Array("\"]".utf8)
        #expect(throws: JSONError.self) { try JSONReader.read(bytes) }
    }

    @Test func `nesting has a limit, and what is below it is read`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
        }
        _ = try JSONReader.read(nested(JSONReader.nestingLimit))
        #expect(throws: JSONError.self) { try JSONReader.read(nested(JSONReader.nestingLimit + 2)) }
        #expect(throws: JSONError.self) { try JSONReader.read(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) }
    }

    @Test func `every part of a message that is cut short is an error`() throws {
        let text = Array(#"{"id":1,"result":[{"rows":[{"n":["map",[["k","\u00e9"]]]}]},null],"error":null}"#.utf8)
        _ = try JSONReader.read(text)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONReader.read(text, in: 0..<length) }
        }
    }
}
