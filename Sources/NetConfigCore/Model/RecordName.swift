/// A record's display name and its reference in the source.
public struct RecordName: Hashable, Sendable {
    /// The display name: `PIF eth0`, `network xenbr0`.
    public var title: String
    /// Its kind and reference, such as `pif OpaqueRef:1234`.
    public var record: String

    /// Creates a name.
    public init(title: String, record: String) {
        self.title = title
        self.record = record
    }
}

extension RecordName: CustomStringConvertible {
    /// The title.
    public var description: String { title }
}

extension PIF {
    /// What the PIF is called.
    package var name: RecordName { RecordName(title: description, record: ref.asRecord) }
}

extension Network {
    /// What the network is called.
    package var name: RecordName { RecordName(title: description, record: ref.asRecord) }
}

extension Bond {
    /// What the bond is called.
    package var name: RecordName { RecordName(title: "bond \(uuid)", record: ref.asRecord) }
}

extension Pool {
    /// What the pool is called.
    package var name: RecordName { RecordName(title: "pool", record: ref.asRecord) }
}

extension Ref where Record: NetworkRecord {
    /// How errors call the record: its kind and the reference.
    package var asRecord: String { "\(Record.kind.rawValue) \(text)" }
}
