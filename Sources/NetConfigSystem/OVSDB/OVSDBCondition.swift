internal import NetConfigCore

/// A condition on a column (RFC 7047, section 5.1). Several are joined by "and".
struct OVSDBCondition: Hashable, Sendable {
    /// How the column is compared with the value.
    enum Function: String, Hashable, Sendable {
        case equals = "=="
        case differs = "!="
        case includes
    }

    var column: String
    var function = Function.equals
    var value: OVSDBValue

    /// The rows whose column has a value.
    static func column(_ column: String, equals value: OVSDBValue) -> OVSDBCondition {
        OVSDBCondition(column: column, value: value)
    }

    /// The rows whose column has another value.
    static func column(_ column: String, differsFrom value: OVSDBValue) -> OVSDBCondition {
        OVSDBCondition(column: column, function: .differs, value: value)
    }

    /// The rows whose column, a set or a map, has all that a value has.
    static func column(_ column: String, includes value: OVSDBValue) -> OVSDBCondition {
        OVSDBCondition(column: column, function: .includes, value: value)
    }

    /// The row of a UUID. ovsdb-server finds it without looking at the others.
    static func uuid(_ uuid: String) -> OVSDBCondition {
        OVSDBCondition(column: "_uuid", value: .uuid(uuid))
    }
}

extension OVSDBCondition {
    var json: JSON { .array([.string(column), .string(function.rawValue), value.json]) }
}
