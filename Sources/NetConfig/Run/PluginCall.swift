internal import NetConfigCore
internal import NetConfigSystem

/// A call of a plugin as XAPI makes it: the plugin's only argument is a call of XML-RPC. Its method is the function; its
/// parameters are a session, and a map of texts, of which the functions here need none.
public struct PluginCall: Equatable, Sendable {
    /// The function.
    public var function: String
    /// The session that XAPI has opened for the plugin, and closes itself. A secret.
    public var session: String

    /// Reads a call.
    ///
    /// - Throws: ``PluginFailure``, which repeats nothing of the document: its session is a secret, wherever it stands.
    public init(_ document: String) throws(PluginFailure) {
        let call: XMLRPCCall
        do throws(XMLError) {
            call = try XMLRPCCall(XMLDocument(Array(document.utf8)))
        } catch {
            throw Self.failure("line \(error.position.line), column \(error.position.column)")
        }
        guard !call.method.isEmpty, call.parameters.count == 2, let session = call.parameters[0].string,
            !session.isEmpty, case .structure = call.parameters[1]
        else { throw Self.failure("a function, a session and a map were expected") }
        function = call.method
        self.session = session
    }

    private static func failure(_ reason: String) -> PluginFailure {
        PluginFailure(.notCalled, "the argument is no call of a plugin: \(reason)")
    }
}

/// What a plugin tells XAPI: one document of XML-RPC.
public enum PluginAnswer: Equatable, Sendable {
    /// The function's result.
    case success(String)
    /// Why there is none.
    case failure(PluginFailure)

    /// The document, in UTF-8. Characters that XML has no place for are replaced.
    public var document: [UInt8] {
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

/// A plugin's function that came to no result.
public struct PluginFailure: Error, Equatable, Sendable {
    /// XAPI's codes.
    public enum Code: String, Sendable {
        /// The configuration could not be changed, and is as it was.
        case configuration = "VSWITCH_CONFIG_MOD_FAILURE"
        /// The emergency reset failed, and the configuration is as it was.
        case emergencyReset = "VSWITCH_EMER_RESET_FAILURE"
        /// The flows for management could not be added; the configuration is as it was.
        case flows = "VSWITCH_ADD_FLOW_FAILURE"
        /// XAPI has no pool.
        case noPool = "NO_POOL_FOR_HOST"
        /// XAPI has several pools.
        case severalPools = "MORE_THAN_ONE_POOL_FOR_HOST"
        /// There is no such function.
        case unknownFunction = "UNKNOWN_XENAPI_PLUGIN_FUNCTION"
        /// The call could not be understood.
        case notCalled = "XENAPI_PLUGIN_FAILURE"
    }

    /// The code.
    public var code: Code
    /// What is to be said beside it.
    public var parameters: [String]

    /// Creates a failure.
    public init(_ code: Code, _ parameters: String...) {
        self.code = code
        self.parameters = parameters
    }

    fileprivate var words: [String] { [code.rawValue] + parameters }
}

extension PluginFailure: CustomStringConvertible {
    /// The code and what is said beside it.
    public var description: String { words.joined(separator: " ") }
}
