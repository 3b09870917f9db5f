/// A value of an OVSDB column (RFC 7047, section 5.1).
package indirect enum OVSDBValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case real(Double)
    case boolean(Bool)
    /// The identity of a row, as text of a UUID.
    case uuid(String)
    /// The identity of a row that the same transaction inserts, under the name given there.
    case namedUUID(String)
    /// A set of none or several values. The protocol writes a set of one like the value itself, and so do we, unless
    /// that would look like a default: a port with `tag` 0 is not one without a tag.
    case set([OVSDBValue])
    case map([OVSDBValue: OVSDBValue])

    /// A map from strings to strings, as in the columns `other_config` and `external_ids`.
    package static func map(_ entries: [String: String]) -> OVSDBValue {
        .map(Dictionary(uniqueKeysWithValues: entries.map { (.string($0.key), .string($0.value)) }))
    }

    /// The entries of a map from strings to strings; empty for any other value.
    package var stringMap: [String: String] {
        guard case .map(let entries) = self else { return [:] }
        var strings: [String: String] = [:]
        for case (.string(let key), .string(let value)) in entries { strings[key] = value }
        return strings
    }

    /// Whether this is what RFC 7047 gives a column that no client set.
    package var isDefault: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .integer(let number): number == 0
        case .real(let number): number == 0
        case .boolean(let flag): !flag
        case .uuid(let text): text == "00000000-0000-0000-0000-000000000000"
        case .namedUUID: false
        case .set(let elements): elements.isEmpty
        case .map(let entries): entries.isEmpty
        }
    }
}

extension OVSDBValue {
    /// Texts are the same that have the same bytes, as for ovsdb-server.
    package static func == (lhs: OVSDBValue, rhs: OVSDBValue) -> Bool {
        switch (lhs, rhs) {
        case (.string(let a), .string(let b)), (.uuid(let a), .uuid(let b)), (.namedUUID(let a), .namedUUID(let b)):
            a.isExactly(b)
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a == b
        case (.boolean(let a), .boolean(let b)): a == b
        case (.set(let a), .set(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.string, _), (.integer, _), (.real, _), (.boolean, _), (.uuid, _), (.namedUUID, _), (.set, _), (.map, _):
            false
        }
    }
}

extension OVSDBValue: Comparable {
    /// An order for output that is the same in every run; it means nothing else.
    package static func < (lhs: OVSDBValue, rhs: OVSDBValue) -> Bool {
        switch (lhs, rhs) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)): a < b
        default: lhs.description.utf8.lexicographicallyPrecedes(rhs.description.utf8)
        }
    }
}

extension OVSDBValue: CustomStringConvertible {
    /// The value as `ovs-vsctl` prints it, without quotes.
    package var description: String { text(cutAt: .max) }

    /// The same, with texts in it that are longer than so many bytes cut there.
    package func text(cutAt limit: Int) -> String {
        switch self {
        case .string(let text), .uuid(let text), .namedUUID(let text): text.cut(at: limit)
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .boolean(let flag): String(flag)
        case .set(let elements):
            "[" + elements.sorted().map { $0.text(cutAt: limit) }.joined(separator: ", ") + "]"
        case .map(let entries):
            "{"
                + entries.sorted { $0.key < $1.key }
                .map { "\($0.key.text(cutAt: limit))=\($0.value.text(cutAt: limit))" }.joined(separator: ", ") + "}"
        }
    }
}

extension OVSDBValue: Codable {
    /// Reads the value from the text that ``encode(to:)`` writes.
    package init(from decoder: any Decoder) throws {
        // Strings first: almost every value of the tables read here is one, and a failed attempt costs more than a
        // successful one.
        if let container = try? decoder.singleValueContainer() {
            if let text = try? container.decode(String.self) { self = .string(text); return }
            if let flag = try? container.decode(Bool.self) { self = .boolean(flag); return }
            if let number = try? container.decode(Int.self) { self = .integer(number); return }
            if let number = try? container.decode(Double.self) { self = .real(number); return }
        }
        var container = try decoder.unkeyedContainer()
        switch try container.decode(String.self) {
        case "uuid": self = .uuid(try container.decode(String.self))
        case "named-uuid": self = .namedUUID(try container.decode(String.self))
        case "set":
            self = .set(of: try container.decode([OVSDBValue].self))
        case "map":
            let pairs = try container.decode([[OVSDBValue]].self)
            guard pairs.allSatisfy({ $0.count == 2 }) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "an entry of a map is not a pair")
            }
            self = .map(Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first }))
        case SharedTexts.tag:
            let number = try container.decode(Int.self)
            guard let texts = SharedTexts.of(decoder.userInfo)?.all, texts.indices.contains(number) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no text \(number)")
            }
            self = .string(texts[number])
        case let tag:
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "unknown kind of value '\(tag)'")
        }
    }

    /// Writes the value as RFC 7047 has it, but for ``SharedTexts``.
    package func encode(to encoder: any Encoder) throws {
        try json(sharing: SharedTexts.of(encoder.userInfo)).encode(to: encoder)
    }
}
