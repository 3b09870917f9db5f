import Foundation
import Testing

/// A file below `testdata/ovsdb`.
func ovsdbTestData(_ name: String, here: String = #filePath) -> URL {
    URL(filePath: here).deletingLastPathComponent().appending(path: "../../../testdata/ovsdb/\(name)").standardized
}

/// Compares a value's JSON with a file; with `RECORD_GOLDEN=1` in the environment, writes the file and fails.
func expectGolden(_ value: some Encodable, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let object = try JSONSerialization.jsonObject(with: encoder.encode(value))
    let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    let url = ovsdbTestData(name)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
        try (data + Data("\n".utf8)).write(to: url)
        Issue.record("wrote \(name)", sourceLocation: sourceLocation)
        return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(String(decoding: data, as: UTF8.self) + "\n" == expected, sourceLocation: sourceLocation)
}
