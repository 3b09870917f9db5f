import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct OVSDBMessageScannerTests {
    /// Messages that follow each other as in the stream, each with what could be mistaken for its end.
    private static let messages = [
        #"{}"#, #"{"id":1,"result":[[]],"error":null}"#, #" {"a":"}"}"#, #"{"a":"\"}"}"#, #"{"a":"\\"}"#,
        "\n{\"a\":{\"b\":[{\"c\":\"]}\\\\\\\"\"}]}}", #"{"é":"\u007d}"}"#,
    ]

    @Test(arguments: 1...20) func `messages are told apart however they are cut`(size: Int) throws {
        let stream = Array(Self.messages.joined().utf8)
        var scanner = OVSDBMessageScanner()
        var found: [String] = []
        var message: [UInt8] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            var rest = stream[start..<min(start + size, stream.count)]
            while let length = try scanner.end(in: rest) {
                message += rest.prefix(length)
                found.append(String(decoding: message, as: UTF8.self))
                message = []
                rest = rest.dropFirst(length)
            }
            message += rest
        }
        #expect(found == Self.messages)
        #expect(message.isEmpty)
    }

    @Test(arguments: ["garbage", "[]", "\"text\"", "}", "]", "1", "HTTP/1.1 200 OK", "\0", "  x{}"])
    func `what starts like no message is an error at once`(text: String) {
        #expect(throws: JSONError.self) {
            var scanner = OVSDBMessageScanner()
            _ = try scanner.end(in: Array(text.utf8)[...])
        }
    }

    @Test func `a message that nests without end is an error long before it ends`() {
        #expect(throws: JSONError.self) {
            var scanner = OVSDBMessageScanner()
            _ = try scanner.end(in: Array(String(repeating: "{[", count: 40).utf8)[...])
        }
    }
}
