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

    @Test(arguments: [
        (#"{"a": {"b": [1, tru]}}"#, ["a", "b", "1"]), (#"{"a": {"b": 1 "c": 2}}"#, ["a"]),
        (#"{"a": [{"b": "x"#, ["a", "0", "b"]),
        (#"{"a": 1, "b": 01}"#, ["b"]), (#"[1, {"a": 1, "a": 2}]"#, ["1"]), ("nul", []), ("{} {}", []),
    ])
    func `an error names the value that it is in`(_ text: String, _ path: [String]) {
        let error = #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(error?.path == path)
        #expect(error?.description.hasPrefix(path.joined(separator: ".")) == true)
    }

    @Test(arguments: [
        (#"{"a": 1e999}"#, JSON.object(["a": .real(.infinity)])),
        (
            #"["\uD800", "\uD800\u0041", "\uDC00"]"#,
            .array([.string("\u{FFFD}"), .string("\u{FFFD}A"), .string("\u{FFFD}")])
        ),
        ("[\"a\nb\"]", .array([.string("a\nb")])), ("\u{FEFF}[]", .array([])),
        (
            "[\(String(repeating: "[", count: 99))\"]\",{\"a\": []}\(String(repeating: "]", count: 99)), 7]",
            JSONReaderTests.nested(JSONReader.nestingLimit + 1, .null, 7)
        ),
    ])
    func `what is only odd is taken where that is asked for, and refused elsewhere`(_ text: String, _ value: JSON)
        throws
    {
        let bytes = Array(text.utf8)
        let read = try JSONReader.readTolerantly(bytes)
        #expect(read.value == value && read.repeated.isEmpty)
        #expect(throws: JSONError.self) { try JSONReader.read(bytes) }
    }

    /// A value in as many lists, beside another one in the outermost.
    private static func nested(_ depth: Int, _ value: JSON, _ other: Int) -> JSON {
        var nested = value
        for _ in 1..<depth { nested = .array([nested]) }
        return .array([nested, .integer(other)])
    }

    @Test func `members with the same name are told with their paths, and the last one counts`() throws {
        let read = try JSONReader.readTolerantly(
            Array(#"{"a": {"b": 1, "c": {}, "b": 2}, "d": [{"e": 1, "e": 3}], "a": 4, "a": 5}"#.utf8))
        #expect(read.value["a"] == .integer(5))
        #expect(read.repeated.map(\.path) == [["a", "b"], ["d", "0", "e"], ["a"], ["a"]])
        #expect(read.value["d"] == .array([.object(["e": .integer(3)])]))
        let many = "{" + (0...1001).map { _ in "\"a\": 1" }.joined(separator: ",") + "}"
        #expect(throws: JSONError.self) { try JSONReader.readTolerantly(Array(many.utf8)) }
    }

    @Test(arguments: [
        "", "{", #"{"a" 1}"#, #"{"a": nul}"#, "[1,", "[01]", #"["\x"]"#, "{} {}",
        String(repeating: "[", count: 1_000_000),
        String(repeating: "[", count: 99) + "\"",
    ])
    func `what is no JSON is an error, however tolerant`(_ text: String) {
        #expect(throws: JSONError.self) { try JSONReader.readTolerantly(Array(text.utf8)) }
    }

    @Test func `every part of a message that is cut short is an error`() throws {
        let text = Array(#"{"id":1,"result":[{"rows":[{"n":["map",[["k","\u00e9"]]]}]},null],"error":null}"#.utf8)
        _ = try JSONReader.read(text)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONReader.read(text, in: 0..<length) }
        }
    }
}
