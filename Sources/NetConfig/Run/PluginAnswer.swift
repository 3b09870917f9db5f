internal import NetConfigCore
internal import NetConfigSystem

/// What a plugin tells XAPI: one document of XML-RPC.
package enum PluginAnswer: Equatable, Sendable {
    /// The function's result.
    case success(String)
    /// Why there is none.
    case failure(PluginFailure)

    /// The document, in UTF-8. Characters that XML has no place for are replaced.
    package var document: [UInt8] {
        let members: [XMLRPCValue.Member] =
            switch self {
            case .success(let text):
                [.init(name: "Status", value: .string("Success")), .init(name: "Value", value: Self.value(text))]
            case .failure(let failure):
                [
                    .init(name: "Status", value: .string("Failure")),
                    .init(name: "ErrorDescription", value: .array(failure.words.map(Self.value))),
                ]
            }
        // Nothing is left that could not be written.
        return (try? XMLRPCAnswer.value(.structure(members)).bytes()) ?? []
    }

    private static func value(_ text: String) -> XMLRPCValue { .string(text.writableAsXML) }
}
