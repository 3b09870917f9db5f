import NetConfigTestSupport
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// Hostile values in every field of every kind of record. The checks are those of the fuzz targets: an error that says
/// where, or a model that can be written, read again and planned, and no plan that leaves the places which are ours.
@Suite("hostile records")
struct HostileRecordTests {
    struct Place: Sendable, CustomTestStringConvertible {
        let kind: RecordKind
        let field: String
        /// The elements around the value.
        let path: [String]
        var testDescription: String { ([kind.rawValue, field] + path).joined(separator: "/") }
    }

    /// Every field, and every known key of those that are maps; of maps and lists the field itself too, as text.
    private static let places = RecordKind.allCases.flatMap { kind in
        CacheSchema.fields(of: kind).sorted { $0.value.index < $1.value.index }.flatMap { name, field in
            let within: [[String]] =
                switch field.shape {
                case .text, .textOrList: []
                case .list(let entry): [[entry]]
                case .map: keys(of: kind).map { [$0] }
                }
            return (within + [[]]).map { Place(kind: kind, field: name, path: $0) }
        }
    }

    private static func keys(of kind: RecordKind) -> [String] {
        let owner: OtherConfig.Owner? = [.pif: .pif, .network: .network, .pool: .pool][kind]
        return owner.map { owner in OtherConfigKey.allCases.filter { $0.owners.contains(owner) }.map(\.rawValue) }
            ?? ["mode", "updelay"]
    }

    /// A host with a record of a kind: the sample, or its card alone, for which planning takes less time.
    private func sample(_ kind: RecordKind) throws -> NetworkModel {
        guard [.pif, .network, .pool].contains(kind) else { return .sample }
        var model = NetworkModel.sample
        var card = try #require(model.pif("PIF eth0"))
        card.tunnelTransportPIFOf = []
        (model.bonds, model.vlans, model.tunnels) = ([:], [:], [:])
        model.pifs = [card.ref: card]
        model.networks = model.networks.filter { $0.key == card.network }
        return model
    }

    /// The text of a cache, with a mark in one place of the first record of a kind.
    private func cache(marking place: Place) throws -> String {
        let text = try CacheWriter.text(of: try sample(place.kind))
        let start = try #require(text.firstRange(of: "<\(place.kind.rawValue) ref=\"")).lowerBound
        let end = try #require(text[start...].firstRange(of: "</\(place.kind.rawValue)>")).lowerBound
        var record = String(text[start..<end])
        for old in ["<\(place.field)/>", "<\(place.field)></\(place.field)>"] {
            record = record.replacing(old, with: "")
        }
        if let from = record.firstRange(of: "<\(place.field)>"), let to = record.firstRange(of: "</\(place.field)>") {
            record.removeSubrange(from.lowerBound..<to.upperBound)
        }
        let tags = [place.field] + place.path
        let new = tags.map { "<\($0)>" }.joined() + Self.mark + tags.reversed().map { "</\($0)>" }.joined()
        return text[..<start] + record + new + text[end...]
    }

    private static let mark = "MARK"

    /// A text with a value for the mark.
    private func putting(_ value: HostileValue, into text: String) throws -> [UInt8] {
        let range = try #require(text.firstRange(of: Self.mark))
        return Array(text[..<range.lowerBound].utf8) + value.xml + Array(text[range.upperBound...].utf8)
    }

    /// The values that have their turn in a place.
    private func values(in place: Place, after offset: Int = 0) -> [HostileValue] {
        TestLength.turns(of: HostileValue.all, in: place.testDescription.utf8.count + offset)
    }

    @Test(arguments: RecordKind.allCases)
    func `the sample without them is read whole, from a cache and from live data`(kind: RecordKind) throws {
        let pifs = try sample(kind).pifs.keys
        let cache = try CacheWriter.text(of: try sample(kind))
        #expect(try !pifs.isEmpty && fuzzCache(Array(cache.utf8))?.pifs.keys == pifs)
        #expect(try fuzzXAPI(Array(answers(cache).utf8)).pifs.keys == pifs)
    }

    @Test(arguments: TestLength.turns(of: places, in: 0, brief: 2, usual: 1))
    func `in a cache`(place: Place) throws {
        let text = try cache(marking: place)
        for value in values(in: place) { try fuzzCache(try putting(value, into: text)) }
    }

    @Test(arguments: RecordKind.allCases)
    func `as a reference`(kind: RecordKind) throws {
        let text = try CacheWriter.text(of: try sample(kind))
        let start = try #require(text.firstRange(of: "<\(kind.rawValue) ref=\"")).upperBound
        let reference = text[start...].prefix { $0 != "\"" }
        for value in TestLength.turns(of: HostileValue.all, in: kind.rawValue.utf8.count) {
            // Wherever it stands, so that the records still fit together.
            let marked = text.replacing("\"\(reference)\"", with: "\"\(Self.mark)\"").replacing(
                ">\(reference)<", with: ">\(Self.mark)<")
            let parts = marked.split(separator: Self.mark, omittingEmptySubsequences: false).map { Array($0.utf8) }
            try fuzzCache(Array(parts.joined(separator: value.xml)))
        }
    }

    @Test(arguments: TestLength.turns(of: places, in: 1, brief: 2, usual: 1))
    func `in live data`(place: Place) throws {
        let answers = try answers(try cache(marking: place))
        // From the fields on the reader is that of caches: here are other values.
        for value in values(in: place, after: 1) { try fuzzXAPI(try putting(value, into: answers)) }
    }

    /// The records of a cache as XAPI's answers, in the order in which `fuzzXAPI` takes them.
    private func answers(_ cache: String) throws -> String {
        var records: [RecordKind: [XMLRPCValue.Member]] = [:]
        var document = try CacheXMLReader(Array(cache.utf8))
        var findings = Diagnostics()
        while let record = try document.nextRecord(&findings) {
            let members = record.fields.map {
                XMLRPCValue.Member(name: $0.name, value: Self.value(of: $0, record.kind))
            }
            records[record.kind, default: []].append(.init(name: record.reference, value: .structure(members)))
        }
        return try [RecordKind.pif, .vlan, .bond, .tunnel, .network, .pool].map { kind in
            let result = XMLRPCValue.structure([
                .init(name: "Status", value: .string("Success")),
                .init(name: "Value", value: .structure(records[kind] ?? [])),
            ])
            var bytes = Array("<methodResponse><params><param>".utf8)
            try bytes.append(result)
            return String(decoding: bytes, as: UTF8.self) + "</param></params></methodResponse>"
        }.joined(separator: "\0")
    }

    private static func value(of field: FieldRecord.Field, _ kind: RecordKind) -> XMLRPCValue {
        switch CacheSchema.fields(of: kind)[field.name]?.shape {
        case .list where field.text.isEmpty: .array(field.entries.map { .string($0.value) })
        case .map where field.text.isEmpty:
            .structure(field.entries.map { .init(name: $0.key, value: .string($0.value)) })
        default: .string(field.text)
        }
    }
}
