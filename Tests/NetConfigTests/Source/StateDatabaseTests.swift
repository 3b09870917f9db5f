import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The names of virtual machines in XAPI's database.
@Suite struct StateDatabaseTests {
    /// As XAPI writes one: on one line, tables in the order of their names, blanks as `%.`.
    private static let sample = Array(
        (#"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
            + #"<database><manifest><pair key="schema_major_vsn" value="5"/><pair key="generation_count" value="812"/></manifest><table name="Bond"/><table name="VM">"#
            + row("v1", "7", "web%.server%.&amp;%.more") + row("v2", "8", "%%.%tx%ny%rz%_a%q%")
            + row("v3", "7", "elsewhere", on: "h2") + row("v4", "-1", "halted", on: "OpaqueRef:NULL")
            + row("v5", "0", "Control%.domain%.on%.host") + row("v6", "9", "café") + "</table>"
            + #"<table name="host"><row ref="h1" _ref="h1" uuid="host-1" hostname="one"/>"#
            + #"<row ref="h2" uuid="host-2" hostname="two"/></table><table name="pool"><row ref="p"/></table></database>"#)
            .utf8)

    private static func row(_ reference: String, _ domain: String, _ name: String, on host: String = "h1") -> String {
        #"<row ref="\#(reference)" __ctime="1" __mtime="2" _ref="\#(reference)" uuid="u-\#(reference)" domid="\#(domain)" "#
            + (0..<110).map { #"field_\#($0)="()" "# }.joined()
            + #"name__label="\#(name)" power_state="Running" resident_on="\#(host)"/>"#
    }

    private func names(_ bytes: [UInt8], of domains: Set<Int> = [7, 8, 9], host: String = "host-1") throws(XMLError)
        -> [Int: String]
    {
        try StateDatabase(bytes, domains: domains, host: host).names
    }

    @Test func `virtual machines of this host are named, with the white space that XAPI writes otherwise`() throws {
        #expect(try names(Self.sample) == [7: "web server & more", 8: "%.\tx\ny\rz  a%q%", 9: "café"])
        #expect(try names(Self.sample, of: [9, 10]) == [9: "café"])
        #expect(try names(Self.sample, host: "host-2") == [7: "elsewhere"])
        #expect(try names(Self.sample, host: "host-3").isEmpty)
    }

    @Test func `what comes after both tables need not be right`() throws {
        let text = String(decoding: Self.sample, as: UTF8.self)
        let cut = try #require(text.range(of: #"<table name="pool">"#))
        #expect(try names(Array(text[..<cut.lowerBound].utf8))[7] == "web server & more")
        #expect(try names(Array("\(text[..<cut.lowerBound])<pool".utf8))[7] == "web server & more")
    }

    @Test func `a database that is cut off anywhere names nobody wrongly`() throws {
        let right = try names(Self.sample)
        for length in stride(from: 0, to: Self.sample.count, by: 37) {
            let found = (try? names(Array(Self.sample.prefix(length)))) ?? [:]
            for (domain, name) in found { #expect(right[domain] == name, "\(length)") }
        }
    }

    @Test(arguments: [
        "", " ", "no XML", "<database/>", "<database><table/></database>", #"<database><table name="VM"/></database>"#,
        #"<database><table name="VM"><row/></table><table name="host"><row/></table></database>"#,
        #"<database><table name="VM"><row domid="seven" name__label="x" resident_on="h"/></table></database>"#,
        #"<database><table name="VM"><row domid="99999999999999999999" name__label="x" resident_on="h"/></table></database>"#,
        #"<database><table name="host"><row ref="h" uuid="host-1"/></table><table name="VM"><row domid="7"/></table></database>"#,
        #"<database><VM><row domid="7" name__label="x" resident_on="h"/></VM></database>"#,
        "<xensource-network-configuration/>", "\u{FEFF}<database/>",
    ])
    func `what is not as XAPI writes it names nobody`(_ text: String) {
        #expect(((try? names(Array(text.utf8))) ?? [:]).isEmpty)
    }

    @Test(arguments: [
        ("another root", "<xensource-network-configuration/>", "the root element is"),
        ("a document type", "<!DOCTYPE database [<!ENTITY a 'b'>]><database/>", "a document type is not allowed"),
        ("attributes", "<database><table " + (0..<300).map { "a\($0)='' " }.joined() + "/></database>", "attributes"),
        ("depth", String(repeating: "<database>", count: 300), "nested"),
        ("a tag", "<database><table name='" + String(repeating: "x", count: 1 << 20) + "'/></database>", "longer than"),
        ("UTF-16", "\0<\0d", "not UTF-8"),
    ])
    func `limits end the reading with a reason`(_ what: String, _ text: String, _ reason: String) {
        let error = #expect(throws: XMLError.self) { try names(Array(text.utf8)) }
        #expect(error?.message.contains(reason) == true, "\(what): \(String(describing: error))")
    }

    @Test func `bytes that are no UTF-8 are an error or replaced, and no name has them`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            var bytes = Self.sample.mutilated(using: &random)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = 0xFF
            for name in ((try? names(bytes)) ?? [:]).values { #expect(name.unicodeScalars.count <= 201) }
        }
    }

    @Test func `a name is kept as far as it is shown`() throws {
        let long = String(decoding: Self.sample, as: UTF8.self)
            .replacing("café", with: String(repeating: "é", count: 5000))
        let name = try #require(try names(Array(long.utf8))[9])
        #expect(name == String(repeating: "é", count: 200) + "…")
    }

    @Test func `a file that is missing, too large or no file is an error`() throws {
        try TemporaryDirectory.with { directory in
            let path = "\(directory)/state.db"
            func read() throws -> [Int: String] {
                try StateDatabase(contentsOf: path, domains: [7], host: "host-1").names
            }
            #expect(throws: FileError.self) { try read() }
            try Data(Self.sample).write(to: URL(filePath: path))
            #expect(try read() == [7: "web server & more"])
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: UInt64(StateDatabase.maximumSize) + 1)
            #expect(throws: FileError.self) { try read() }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(throws: FileError.self) { try read() }
        }
    }

    @Test func `a large pool is read in proportion, the worst that fits into the limits as well`() throws {
        func seconds(_ work: () throws -> Void) rethrows -> Double {
            let start = ContinuousClock.now
            try work()
            return (ContinuousClock.now - start) / .seconds(1)
        }
        func database(_ rows: Int) -> [UInt8] {
            let rows = (0..<rows).map { Self.row("r\($0)", "\($0)", "machine%.\($0)") }.joined()
            return Array(
                "<database><table name='VM'>\(rows)</table><table name='host'><row ref='h1' uuid='host-1'/></table></database>"
                    .utf8)
        }
        let (few, many) = (database(200), database(2000))
        _ = try names(few)
        let (short, long) = (try seconds { _ = try names(few) }, try seconds { _ = try names(many) })
        #expect(long < 40 * short + 0.1, "\(short) s for 200 rows, \(long) s for 2000")
        let worst = "<database><table " + (0..<30_000).map { "b\($0)='' " }.joined() + "/></database>"
        let time = seconds { #expect(throws: XMLError.self) { try names(Array(worst.utf8)) } }
        #expect(time < 10, "\(worst.utf8.count) bytes of attributes: \(time) s")
    }
}
