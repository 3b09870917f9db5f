internal import NetConfigCore

extension NetworkModel {
    /// Reads a record and adds it. What is wrong with it is among the diagnostics: a record that is not what it must be, one whose
    /// reference another of its kind has, and a second pool are left out. A pool without reference is none.
    mutating func add(_ record: FieldRecord, _ diagnostics: inout Diagnostics) {
        switch record.kind {
        case .pif: Self.insert(PIF(record, &diagnostics), \.ref, into: &pifs, from: record, &diagnostics)
        case .bond: Self.insert(Bond(record, &diagnostics), \.ref, into: &bonds, from: record, &diagnostics)
        case .vlan: Self.insert(VLAN(record, &diagnostics), \.ref, into: &vlans, from: record, &diagnostics)
        case .tunnel: Self.insert(Tunnel(record, &diagnostics), \.ref, into: &tunnels, from: record, &diagnostics)
        case .network: Self.insert(Network(record, &diagnostics), \.ref, into: &networks, from: record, &diagnostics)
        case .pool:
            guard Ref<Pool>(record.reference) != nil else { return }
            guard let first = pool else {
                pool = Pool(record, &diagnostics)
                return
            }
            let message = "a host is in one pool only, and \(first.ref) comes before this one; the first is used"
            diagnostics.add(
                Warning(
                    record.name, message, origin: .record(RecordName(title: "pool", record: record.name), field: "ref"),
                    line: record.position?.line))
        }
    }

    private static func insert<Record>(
        _ value: Record?, _ ref: KeyPath<Record, Ref<Record>>, into records: inout [Ref<Record>: Record],
        from record: FieldRecord, _ diagnostics: inout Diagnostics
    ) {
        guard let value else { return }
        guard records.updateValue(value, forKey: value[keyPath: ref]) == nil else {
            return diagnostics.add(record.error(nil, "another \(record.kind.rawValue) has the same reference"))
        }
    }
}
