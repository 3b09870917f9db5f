internal import NetConfigCore

/// What is in a value of the database.
extension NetworkdRecords {
    /// The members of an object in the order of their names.
    static func byName(_ members: [String: JSON]) -> [(key: String, value: JSON)] {
        members.sorted { $0.key < $1.key }
    }

    /// The ports of a bridge that lead out of the host, in the order of their names.
    static func uplinks(of bridge: JSON) -> [(key: String, value: JSON)] {
        byName(bridge["ports"]?.object ?? [:]).filter { isUplink($0.value) }
    }

    /// A value that is there: what is optional is left out, `null` or an empty list.
    static func present(_ value: JSON?) -> JSON? {
        switch value {
        case nil, .null?, .array([])?: nil
        case let value: value
        }
    }

    /// Whether a port leads out of the host; others belong to XAPI's own services.
    static func isUplink(_ port: JSON) -> Bool {
        guard let kind = port["kind"]?.string else { return true }
        return kind == "Basic_port"
    }
}
