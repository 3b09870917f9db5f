import Foundation
import Testing

/// `Scripts/xapi-server` on a test bed's host: it ends with the bed.
final class XAPIServer {
    /// What a record's field is set to.
    enum Value: Encodable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
        ExpressibleByDictionaryLiteral, ExpressibleByIntegerLiteral
    {
        case text(String)
        case flag(Bool)
        case number(Int)
        case list([String])
        case map([String: String])

        init(stringLiteral text: String) { self = .text(text) }
        init(booleanLiteral flag: Bool) { self = .flag(flag) }
        init(integerLiteral number: Int) { self = .number(number) }
        init(arrayLiteral entries: String...) { self = .list(entries) }
        init(dictionaryLiteral entries: (String, String)...) {
            self = .map(Dictionary(uniqueKeysWithValues: entries))
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .text(let text): try text.encode(to: encoder)
            case .flag(let flag): try flag.encode(to: encoder)
            case .number(let number): try number.encode(to: encoder)
            case .list(let entries): try entries.encode(to: encoder)
            case .map(let entries): try entries.encode(to: encoder)
            }
        }
    }

    private struct Control: Encodable {
        /// Fields by record and class; `nil` for a record that is removed.
        var records: [String: [String: [String: Value]?]] = [:]
        var misbehave: [String: String] = [:]
    }

    /// The session that XAPI's own calls bring along.
    static let session = "OpaqueRef:the-callers-secret"

    private let bed: TestBed
    private var control = Control()
    private var path: String { bed.directory + "/xapi" }

    /// Starts the server with the records of a cache (a path, or one below `testdata`) and two more hosts like it, and
    /// makes the bed's host the first one.
    init(_ bed: TestBed, cache: String, socket: String = "/var/lib/xcp/xapi") throws {
        self.bed = bed
        try bed.write("PRODUCT_BRAND='XenServer'\nINSTALLATION_UUID='host-1'\n", to: "/etc/xensource-inventory")
        try bed.makeDirectory((socket as NSString).deletingLastPathComponent)
        try writeControl()
        let server = [
            "\(TestBed.repository)/Scripts/xapi-server", bed.root + socket, "--hosts", "3", "--cache",
            cache.hasPrefix("/") ? cache : "\(TestBed.repository)/testdata/\(cache)", "--session", Self.session,
            "--control", path + ".control",
            "--log",
            path + ".log",
        ]
        let script = #"f=$1; s=$2; shift 2; ("$@" </dev/null >"$f.out" 2>&1 &); until [ -S "$s" ]; do sleep 0.02; done"#
        _ = try bed.shell("timeout 20 sh -c '\(script)' sh \"$@\"", [path, bed.root + socket] + bed.exec(server))
    }

    /// Sets fields of a record, which is made where there is none.
    func set(_ kind: String, _ reference: String, _ fields: [String: Value]) throws {
        let old = control.records[kind]?[reference].flatMap { $0 } ?? [:]
        control.records[kind, default: [:]][reference] = old.merging(fields) { $1 }
        try writeControl()
    }

    /// Removes a record.
    func remove(_ kind: String, _ reference: String) throws {
        control.records[kind, default: [:]].updateValue(nil, forKey: reference)
        try writeControl()
    }

    /// Says that a PIF is plugged, as XAPI does once the program has ended.
    func attach(_ pif: String, _ isAttached: Bool = true) throws {
        try set("PIF", pif, ["currently_attached": .flag(isAttached)])
    }

    /// Has a call go wrong, or all with `*`; no other one does then.
    func misbehave(_ call: String, _ how: String) throws {
        control.misbehave = [call: how]
        try writeControl()
    }

    /// What was asked since this was last called.
    func log() throws -> [String] {
        let lines = bed.lines(try String(contentsOfFile: path + ".log", encoding: .utf8))
        try FileManager.default.removeItem(atPath: path + ".log")
        return lines
    }

    private func writeControl() throws {
        try JSONEncoder().encode(control).write(to: URL(fileURLWithPath: path + ".control"), options: .atomic)
    }
}
