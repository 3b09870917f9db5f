/// A JSON value (RFC 8259), as it comes from ovsdb-server.
///
/// Foundation's decoder goes through a container object per array and takes 100 ms for the rows of 800 VLANs, whose
/// values are arrays within arrays; ``JSONReader`` takes a tenth of that, which is why OVSDB has a reader of its own.
package enum JSON: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The member of an object; `nil` for any other value.
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The elements of an array; `nil` for any other value.
    package var array: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object; `nil` for any other value.
    package var object: [String: JSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// The text of a string; `nil` for any other value.
    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A truth value; `nil` for any other value.
    package var boolean: Bool? {
        guard case .boolean(let flag) = self else { return nil }
        return flag
    }

    /// A whole number; `nil` for any other value.
    package var integer: Int? {
        guard case .integer(let number) = self else { return nil }
        return number
    }
}

extension JSON: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let flag): try container.encode(flag)
        case .integer(let number): try container.encode(number)
        case .real(let number): try container.encode(number)
        case .string(let text): try container.encode(text)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
