/// Where the value of a setting came from.
public enum Origin: Hashable, Sendable {
    /// A field of a record, such as field `other_config:mtu` of `PIF eth0`.
    case record(RecordName, field: String)
    /// An option of the command line.
    case option(String)
    /// No record or option sets it; the program's default applies.
    case standard
}

extension Origin: CustomStringConvertible {
    /// The text that messages use.
    public var description: String {
        switch self {
        case .record(let record, let field): "\(field) of \(record)"
        case .option(let option): "option \(option)"
        case .standard: "default"
        }
    }
}
