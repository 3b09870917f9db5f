import Foundation
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// What is said about caches that cannot be used. Each file among the test data has its message here.
@Suite struct CacheErrorTests {
    private static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

    /// The broken caches, without the end of their names.
    static let broken = ((try? TemporaryDirectory.list(CacheSample("broken").path)) ?? []).filter {
        $0.hasSuffix(".xml")
    }
    .map { String($0.dropLast(4)) }

    @Test(arguments: broken)
    func `a broken cache says all that is wrong with it, where, and what to do`(_ name: String) throws {
        let sample = CacheSample("broken/\(name).xml")
        let text = Inspection(ofCache: try sample.bytes(), name: "\(name).xml").text()
        let golden = CacheSample("broken/\(name).txt")
        if Self.isRecording, text != (try? golden.text()) {
            try text.write(toFile: golden.path, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name).txt: read it line by line")
        }
        #expect(text == (try? golden.text()), "RECORD_GOLDEN=1 records it; then read it line by line")
    }

    @Test
    func `there are broken caches of many kinds`() {
        #expect(Self.broken.count >= 40)
    }

    @Test(
        arguments: broken
    )
    func `what cannot be used is told with the words of an inspection, and what is left fits together`(_ name: String)
        throws
    {
        let bytes = try CacheSample("broken/\(name).xml").bytes()
        let inspection = Inspection(ofCache: bytes, name: "cache")
        let said = inspection.findings.map { finding in
            let place = finding.position.map { "line \($0.line), column \($0.column): " } ?? ""
            return "\(place)\(finding.sentence)".replacing("; the rest was not read", with: "")
        }
        do throws(CacheError) {
            let model = try CacheReader.read(bytes, name: "cache")
            #expect(inspection.isUsable)
            for fault in model.faults { #expect(said.contains(fault.description), "\(fault) is not among \(said)") }
            #expect(ModelValidation(model).blocked.isEmpty)
            // `check` and `up` agree: an error keeps something from being used, and a warning nothing.
            let kept = Set(model.recordNames)
            let refused = model.objections(on: .openvswitch).filter { $0.1.error != nil }.map { $0.0.name.record }
            for finding in inspection.findings {
                guard let record = finding.record else { continue }
                let isLost = !kept.contains(record) || refused.contains(record)
                #expect(isLost || finding.severity == .warning, "\(finding)")
            }
            #expect(inspection.errors > 0 || model.unusable.isEmpty && refused.isEmpty)
        } catch {
            #expect(!inspection.isUsable)
            #expect(said.map { "cache: \($0)" }.contains(error.description), "\(error) is not among \(said)")
        }
    }

    private static func message(_ records: String) -> String? {
        do throws(CacheError) {
            return try NetworkModel(records: records).faults.first.map { "cache: \($0)" }
        } catch {
            return error.description
        }
    }

    private static let eth0 = "<pif ref='p'><device>eth0</device><network>n</network></pif><network ref='n'/>"

    @Test(arguments: [
        (
            "<bond ref='b'><master>p</master><slaves/></bond>", "bond b, field slaves: the bond has no slaves"
        ),
        (
            "<bond ref='b'><master>p</master><slaves><slave>p</slave></slaves></bond>",
            "bond b, field slaves: pif p is its own slave"
        ),
        (
            "<bond ref='b'><master>q</master><slaves><slave>p</slave></slaves></bond>",
            "bond b, field master: there is no pif q"
        ),
        (
            "<bond ref='b'><master>p</master><slaves><slave>q</slave></slaves></bond>"
                + "<bond ref='c'><master>p</master><slaves><slave>q</slave></slaves></bond>"
                + "<pif ref='q'><device>eth1</device><network>m</network></pif><network ref='m'/>",
            "pif p, field bond_master_of: PIF eth0 is the master of several bonds (b, c), but a PIF can be the master of one only"
        ),
        (
            "<vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>",
            "vlan v, field untagged_PIF: there is no pif q"
        ),
        (
            "<pif ref='q'><device>eth0</device><VLAN>5</VLAN><network>m</network></pif><network ref='m'/>",
            "pif q, field VLAN_master_of: no VLAN record, although the PIF has tag 5"
        ),
        (
            "<vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>"
                + "<pif ref='q'><device>eth0</device><network>m</network></pif><network ref='m'/>",
            "pif q, field VLAN: no tag, although vlan v makes this PIF a VLAN"
        ),
        (
            "<tunnel ref='t'><access_PIF>p</access_PIF></tunnel>",
            "tunnel t, field transport_PIF: the reference is missing"
        ),
        (
            "<tunnel ref='t'><access_PIF>p</access_PIF><transport_PIF>q</transport_PIF></tunnel>",
            "tunnel t, field transport_PIF: there is no pif q"
        ),
    ])
    func `records that do not fit together are an error that names them`(records: String, expected: String) throws {
        let message = try #require(Self.message(Self.eth0 + "\n" + records))
        #expect(message.hasSuffix(": " + expected), "\(message)")
        #expect(message.hasPrefix("cache: line "), "\(message)")
    }

    /// Each of these would take libxml2 or this program time or memory out of proportion.
    @Test(arguments: [
        (String(repeating: "<a>", count: 300), "elements nested more than 256 deep"),
        ((0..<20_000).map { "<n\($0)/>" }.joined(), "more than 10000 different names"),
        ("<a " + (0..<65).map { "a\($0)=''" }.joined(separator: " ") + "/>", "more than 64 attributes"),
        ("<!--" + String(repeating: "x", count: 400_000) + "-->", "a tag or comment longer than 262144 bytes"),
        ((0...200_000).map { "<network ref='\($0)'/>" }.joined(), "more than 200000 records"),
        (
            "<network ref='n'><PIFs>" + String(repeating: "<PIF>p</PIF>", count: 200_001) + "</PIFs></network>",
            "more than 200000 entries"
        ),
    ])
    func `what no cache has is an error`(records: String, expected: String) throws {
        let message = try #require(Self.message(records))
        #expect(message.hasSuffix(": " + expected), "\(message.prefix(300))")
    }

    @Test func `messages do not repeat all of a long text, and warnings end`() throws {
        let text = String(repeating: "x", count: 100_000)
        let message = try #require(Self.message("<network ref='n'><bridge>\(text)</bridge></network>"))
        #expect(message.utf8.count < 300)
        let many = Array(repeating: "x", count: 64).joined(separator: ",")
        let records = (0..<30).map {
            "<pif ref='\($0)'><device>eth\($0)</device><network>\($0)</network><DNS>\(many)</DNS></pif><network ref='\($0)'/>"
        }
        let model = try NetworkModel(records: records.joined())
        #expect(model.warnings.count == 1000)
        #expect(model.warnings.last?.message == "too many problems; further ones are not listed")
    }

    @Test func `only regular files are read, and not too long ones`() throws {
        #expect(throws: CacheError("/dev/null", .file(FileError("read", "/dev/null", .notRegular)))) {
            try CacheReader.read(contentsOf: "/dev/null")
        }
        let error = try #require(throws: CacheError.self) { try CacheReader.read(contentsOf: "/nonexistent/cache") }
        #expect(error.description == "cannot read /nonexistent/cache: no such file or directory")
        #expect(throws: FileError("read", CacheSample("original.xml").path, .tooLarge(limit: 100))) {
            try InputFile(CacheSample("original.xml").path, limit: 100).contents()
        }
    }
}
