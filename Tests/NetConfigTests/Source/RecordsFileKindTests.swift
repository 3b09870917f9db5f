import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// What a file that the caller names is taken for.
@Suite struct RecordsFileKindTests {
    private static let mark = "\u{FEFF}"
    private static let comments = String(repeating: "# a long comment\n", count: 400)

    @Test(arguments: [
        (#"{"bridge_config": {}}"#, RecordsFile.Kind.networkd), ("\n \t{}", .networkd),
        (mark + #"{"bridge_config": {}}"#, .networkd),
        (mark + "\r\n{}", .networkd), ("[]", .networkd),
        ("<?xml version='1.0'?><a/>", .cache), (mark + "<a/>", .cache), ("\n  <a/>", .cache),
        ("<!-- A=1 -->\n<a/>", .cache),
        ("LABEL=eth0\n", .management), ("# comment\nLABEL=eth0\n", .management),
        ("  # comment\r\n\r\n LABEL='eth0'\r\n", .management),
        (mark + "LABEL=eth0\n", .management), ("export LABEL=eth0\n", .management),
        (comments + "LABEL=eth0\n", .management),
        ("# {\nLABEL=eth0\n", .management), ("# <a/>\nLABEL=eth0\n", .management),
        ("set -e\nLABEL=eth0\n", .management),
        ("", .cache), ("\n", .cache), ("garbage", .cache),
    ])
    func `is told by its first text, whatever is before that`(_ text: String, _ kind: RecordsFile.Kind) throws {
        try TemporaryDirectory.with { directory in
            try AtomicFile("\(directory)/records").replace(with: text)
            #expect(RecordsFile(given: "\(directory)/records", on: HostPaths(rootPrefix: directory)).kind == kind)
        }
    }

    @Test(arguments: ["", mark, "\n\t ", mark + "\n", "<!-- a -->", " <!-- a\n<?xml ?> -->\n<!-- b -->\n"])
    func `a cache is read with a mark, white space and comments before it, and its lines are counted`(_ start: String)
        throws
    {
        let bytes = Array(start.utf8) + (try CacheSample("original.xml").bytes())
        #expect(try CacheReader.read(bytes, name: "cache") == CacheSample("original.xml").model())
        let broken = Array("\(start)<?xml version='1.0'?>\n<xenserver-network-configuration>\n<pif>".utf8)
        let error = try #require(#expect(throws: CacheError.self) { try CacheReader.read(broken, name: "cache") })
        let lines = start.utf8.count { $0 == UInt8(ascii: "\n") }
        #expect(error.description.hasPrefix("cache: line \(3 + lines), "), "\(error)")
    }

    @Test func `a database with a mark before it is read, and its columns are counted from there`() throws {
        let text = Self.mark + #"{"bridge_config": {"xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"]}}}}}"#
        #expect(try NetworkdReader.read(Array(text.utf8), name: "networkd.db", management: nil).pifs.count == 1)
        #expect(try NetworkdDatabase(Array(text.utf8)).devices.count == 2)
    }
}
