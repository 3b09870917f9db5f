extension NetworkModel {
    /// Reads a record and adds it.
    ///
    /// - Throws: `ModelError` for a record that is not what it must be, one whose reference another of its kind has,
    ///   and a second pool.
    mutating func add(_ record: FieldRecord) throws(ModelError) {
        switch record.kind {
        case .pif: try Self.insert(PIF(record, &warnings), \.ref, into: &pifs, from: record)
        case .bond: try Self.insert(Bond(record), \.ref, into: &bonds, from: record)
        case .vlan: try Self.insert(VLAN(record), \.ref, into: &vlans, from: record)
        case .tunnel: try Self.insert(Tunnel(record), \.ref, into: &tunnels, from: record)
        case .network: try Self.insert(Network(record, &warnings), \.ref, into: &networks, from: record)
        case .pool:
            guard pool == nil else { throw record.error(nil, "there are two pools, a host is in one") }
            pool = try Pool(record)
        }
    }

    private static func insert<Record>(
        _ value: Record, _ ref: KeyPath<Record, Ref<Record>>, into records: inout [Ref<Record>: Record],
        from record: FieldRecord
    ) throws(ModelError) {
        guard records.updateValue(value, forKey: value[keyPath: ref]) == nil else {
            throw record.error(nil, "another \(record.kind.rawValue) has the same reference")
        }
    }
}
