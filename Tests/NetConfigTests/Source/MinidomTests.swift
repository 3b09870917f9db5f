import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The original reads its cache with Python's minidom; here that library reads what this program writes.
@Suite struct MinidomTests {
    static let python = "/usr/bin/python3"

    /// Prints each record as the original would see it: text stripped, lists and maps by their elements.
    static let script = """
        import sys, xml.dom.minidom
        def text(node): return "".join(n.data for n in node.childNodes if n.nodeType == n.TEXT_NODE).strip()
        def elements(node): return [n for n in node.childNodes if n.nodeType == n.ELEMENT_NODE]
        root = xml.dom.minidom.parse(sys.argv[1]).documentElement
        assert root.nodeName == "xenserver-network-configuration"
        for record in elements(root):
            print(record.nodeName, record.getAttribute("ref"))
            for field in elements(record):
                print(" ", field.nodeName, repr(text(field)), [(n.nodeName, text(n)) for n in elements(field)])
        """

    private func records(in path: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = ["-I", "-c", Self.script, path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        // A record starts without indentation.
        return String(decoding: data, as: UTF8.self)
            .replacing("currently_attached 'True'", with: "currently_attached 'False'")
            .replacing("\n  ", with: ";").split(separator: "\n").map(String.init).sorted()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python), "needs Python 3"))
    func `minidom finds the same records in the original's cache and in ours`() throws {
        try TemporaryDirectory.with { directory in
            let sample = CacheSample("original.xml")
            try AtomicFile("\(directory)/cache").replace(with: CacheWriter.bytes(of: sample.model()))
            #expect(try records(in: "\(directory)/cache") == records(in: sample.path))
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python), "needs Python 3"))
    func `minidom reads a cache with every field and with text that had to be escaped`() throws {
        try TemporaryDirectory.with { directory in
            var model = try CacheWriterTests.complete()
            let ref = try #require(model.pif("PIF eth0")?.ref)
            model.pifs[ref]?.otherConfig = OtherConfig(["domain": "<a>&\"b\""], of: .pif)
            try AtomicFile("\(directory)/cache").replace(with: CacheWriter.bytes(of: model))
            let records = try records(in: "\(directory)/cache")
            #expect(records.contains { $0.contains("other_config '' [('domain', '<a>&\"b\"')]") })
            #expect(records.contains { $0.contains("IPv6 '2001:db8::1/64,fd00::1/48' []") })
        }
    }
}
