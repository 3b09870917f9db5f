/// A record of XAPI's that this program reads.
package protocol NetworkRecord: Sendable {
    /// The kind of record.
    static var kind: RecordKind { get }
}
