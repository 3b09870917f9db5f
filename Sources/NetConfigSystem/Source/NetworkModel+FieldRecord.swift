internal import NetConfigCore

extension NetworkModel {
    /// Reads a record and adds it. What is wrong with it is among the findings: a record that is not what it must be, one whose
    /// reference another of its kind has, and a second pool are left out. A pool without reference is none.
    mutating func add(_ record: FieldRecord, _ findings: inout Findings) {
        switch record.kind {
        case .pif: Self.insert(PIF(record, &findings), \.ref, into: &pifs, from: record, &findings)
        case .bond: Self.insert(Bond(record, &findings), \.ref, into: &bonds, from: record, &findings)
        case .vlan: Self.insert(VLAN(record, &findings), \.ref, into: &vlans, from: record, &findings)
        case .tunnel: Self.insert(Tunnel(record, &findings), \.ref, into: &tunnels, from: record, &findings)
        case .network: Self.insert(Network(record, &findings), \.ref, into: &networks, from: record, &findings)
        case .pool:
            guard Ref<Pool>(record.reference) != nil else { return }
            guard let first = pool else {
                pool = Pool(record, &findings)
                return
            }
            let message = "a host is in one pool only, and \(first.ref) comes before this one; the first is used"
            findings.add(
                Warning(
                    record.name, message, origin: .record(RecordName(title: "pool", record: record.name), field: "ref"),
                    line: record.position?.line))
        }
    }

    private static func insert<Record>(
        _ value: Record?, _ ref: KeyPath<Record, Ref<Record>>, into records: inout [Ref<Record>: Record],
        from record: FieldRecord, _ findings: inout Findings
    ) {
        guard let value else { return }
        guard records.updateValue(value, forKey: value[keyPath: ref]) == nil else {
            return findings.add(record.error(nil, "another \(record.kind.rawValue) has the same reference"))
        }
    }
}
