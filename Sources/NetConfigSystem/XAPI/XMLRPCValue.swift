/// A value of XML-RPC: what calls have as parameters and answers as results.
package enum XMLRPCValue: Equatable, Sendable {
    /// Text: `<string>`, or no type at all. XAPI writes its 64-bit integers so, too.
    case string(String)
    /// `<int>`, `<i4>` or `<i8>`.
    case integer(Int64)
    case boolean(Bool)
    case double(Double)
    /// `<dateTime.iso8601>`, as it is written.
    case date(String)
    /// `<base64>`, as it is written.
    case base64(String)
    /// `<nil/>`, of a later addition to XML-RPC.
    case none
    case array([XMLRPCValue])
    /// `<struct>`, in its order.
    case structure([Member])

    /// A member of a `<struct>`.
    package struct Member: Equatable, Sendable {
        /// Its name.
        var name: String
        /// Its value.
        package var value: XMLRPCValue

        /// Creates one from its parts.
        package init(name: String, value: XMLRPCValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member of this name, `nil` where there is none or this is no structure.
    package subscript(name: String) -> XMLRPCValue? {
        guard case .structure(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string, `nil` for any other value.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// What a field of text holds, whatever type the server gave it; `nil` for arrays, structures and `<nil/>`.
    package var text: String? {
        switch self {
        case .string(let text), .date(let text), .base64(let text): text
        case .integer(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .double(let number): "\(number)"
        case .none, .array, .structure: nil
        }
    }
}
