/// The kinds of record, under the names that the cache's elements have.
package enum RecordKind: String, Sendable, CaseIterable {
    case pif, bond, vlan, tunnel, network, pool
}

extension PIF: NetworkRecord {
    package static var kind: RecordKind { .pif }
}

extension Bond: NetworkRecord {
    package static var kind: RecordKind { .bond }
}

extension VLAN: NetworkRecord {
    package static var kind: RecordKind { .vlan }
}

extension Tunnel: NetworkRecord {
    package static var kind: RecordKind { .tunnel }
}

extension Network: NetworkRecord {
    package static var kind: RecordKind { .network }
}

extension Pool: NetworkRecord {
    package static var kind: RecordKind { .pool }
}
