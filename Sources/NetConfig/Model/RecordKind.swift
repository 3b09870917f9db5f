/// The kinds of record, under the names that the cache's elements have.
public enum RecordKind: String, Sendable, CaseIterable {
    case pif, bond, vlan, tunnel, network, pool
}

/// A record of XAPI's that this program reads.
public protocol NetworkRecord: Sendable {
    /// The kind of record.
    static var kind: RecordKind { get }
}

extension PIF: NetworkRecord {
    public static var kind: RecordKind { .pif }
}

extension Bond: NetworkRecord {
    public static var kind: RecordKind { .bond }
}

extension VLAN: NetworkRecord {
    public static var kind: RecordKind { .vlan }
}

extension Tunnel: NetworkRecord {
    public static var kind: RecordKind { .tunnel }
}

extension Network: NetworkRecord {
    public static var kind: RecordKind { .network }
}

extension Pool: NetworkRecord {
    public static var kind: RecordKind { .pool }
}
