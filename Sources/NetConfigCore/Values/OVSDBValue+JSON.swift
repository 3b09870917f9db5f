extension OVSDBValue {
    /// The value that RFC 7047 (section 5.1) writes like this; `nil` when it writes none so.
    ///
    /// Elements keep the order in which they came.
    package init?(_ json: JSON) {
        switch json {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .boolean(let flag): self = .boolean(flag)
        case .null, .object: return nil
        case .array(let parts):
            guard parts.count == 2, case .string(let tag) = parts[0] else { return nil }
            switch (tag, parts[1]) {
            case ("uuid", .string(let text)): self = .uuid(text)
            case ("named-uuid", .string(let name)): self = .namedUUID(name)
            case ("set", .array(let elements)): self.init(elements: elements)
            case ("map", .array(let pairs)): self.init(pairs: pairs)
            default: return nil
            }
        }
    }

    /// The value as RFC 7047 (section 5.1) writes it.
    package var json: JSON { json(sharing: nil) }

    /// The same, with the numbers of long texts in their place where they are shared.
    func json(sharing texts: SharedTexts?) -> JSON {
        switch self {
        case .string(let text):
            texts?.number(of: text).map { .array([.string(SharedTexts.tag), .integer($0)]) } ?? .string(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .boolean(flag)
        case .uuid(let text): .array([.string("uuid"), .string(text)])
        case .namedUUID(let name): .array([.string("named-uuid"), .string(name)])
        case .set(let elements): .array([.string("set"), .array(elements.sorted().map { $0.json(sharing: texts) })])
        case .map(let entries):
            .array([
                .string("map"),
                .array(
                    entries.sorted { $0.key < $1.key }.map {
                        .array([$0.key.json(sharing: texts), $0.value.json(sharing: texts)])
                    }),
            ])
        }
    }

    private init?(elements: [JSON]) {
        var values: [OVSDBValue] = []
        for element in elements {
            guard let value = OVSDBValue(element) else { return nil }
            values.append(value)
        }
        self = .set(of: values)
    }

    private init?(pairs: [JSON]) {
        var entries: [OVSDBValue: OVSDBValue] = [:]
        for pair in pairs {
            guard let pair = pair.array, pair.count == 2, let key = OVSDBValue(pair[0]), let value = OVSDBValue(pair[1])
            else { return nil }
            entries[key] = value
        }
        self = .map(entries)
    }

    /// A set: of one value the value itself, unless that alone would look like a default, such as the VLAN 0 in `tag`.
    package static func set(of values: [OVSDBValue]) -> OVSDBValue {
        values.count == 1 && !values[0].isDefault ? values[0] : .set(values.sorted())
    }

    /// The values of a set; any other value is a set of itself.
    package var elements: [OVSDBValue] {
        guard case .set(let elements) = self else { return [self] }
        return elements
    }

    /// The UUIDs in a value, those of a map's values included: the rows that it refers to.
    package var uuids: [String] {
        switch self {
        case .uuid(let uuid): [uuid]
        case .set(let elements): elements.flatMap(\.uuids)
        case .map(let entries): entries.values.flatMap(\.uuids)
        default: []
        }
    }

    /// The value with references exchanged: UUIDs that the closure knows give way to what it says.
    package func replacingUUIDs(_ replacement: (String) -> OVSDBValue?) -> OVSDBValue {
        switch self {
        case .uuid(let uuid): replacement(uuid) ?? self
        case .set(let elements): .set(elements.map { $0.replacingUUIDs(replacement) })
        case .map(let entries): .map(entries.mapValues { $0.replacingUUIDs(replacement) })
        default: self
        }
    }
}
