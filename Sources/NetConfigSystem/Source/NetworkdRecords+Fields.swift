internal import NetConfigCore

/// Records and fields that tell where their values stand.
extension NetworkdRecords {
    /// The text is the same for records of all kinds.
    static func reference(_ name: String) -> String { Ref<PIF>(named: name).text }

    func record(_ kind: RecordKind, _ name: String, at path: [String]) -> FieldRecord {
        var record = FieldRecord(kind: kind, reference: Self.reference(name), position: place(path))
        record.add(field("uuid", name, path))
        return record
    }

    func field(_ name: String, _ text: String, _ path: [String]) -> FieldRecord.Field {
        FieldRecord.Field(name: name, text: text, position: place(path), source: source(path))
    }

    /// A field with a value as it stands there. One of a type that xcp-networkd does not write is text that the reader of records
    /// refuses, with its place.
    func field(_ name: String, _ value: JSON, _ path: [String]) -> FieldRecord.Field {
        field(
            name, value.string ?? (value.isTooLarge ? "a number that is too large" : value.line.shortened(to: 40)), path
        )
    }

    /// The path as messages have it; none where no message needs it.
    private func source(_ path: [String]) -> String? { places.isEmpty ? nil : JSONError.text(of: path) }

    /// Where a value stands; of one that is not there, what it would be in.
    func place(_ path: [String]) -> ModelError.Position? {
        var path = path
        while !places.isEmpty, places[path] == nil, path.popLast() != nil {}
        return places[path]
    }

    func list(_ name: String, _ values: [String], _ path: [String]) -> FieldRecord.Field {
        FieldRecord.Field(
            name: name, entries: values.map { FieldRecord.Entry(key: "value", value: $0, position: place(path)) },
            position: place(path), source: source(path))
    }

    /// A map; the paths of entries that stand in another place than in one with it are given.
    func map(
        _ name: String, _ values: [String: String], _ path: [String], _ paths: [String: [String]] = [:]
    ) -> FieldRecord.Field {
        FieldRecord.Field(
            name: name,
            entries: values.sorted { $0.key < $1.key }.map { key, value in
                FieldRecord.Entry(key: key, value: value, position: place(paths[key] ?? path + [key]))
            },
            position: place(path))
    }
}

extension JSON {
    fileprivate var isTooLarge: Bool { if case .real(let number) = self { !number.isFinite } else { false } }
}
