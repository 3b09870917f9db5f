internal import NetConfigCore
internal import NetConfigSystem

/// A call of a plugin as XAPI makes it: the plugin's only argument is a call of XML-RPC. Its method is the function; its
/// parameters are a session, and a map of texts, of which the functions here need none.
package struct PluginCall: Equatable, Sendable {
    /// The function.
    package var function: String
    /// The session that XAPI has opened for the plugin, and closes itself. A secret.
    package var session: String

    /// Reads a call.
    ///
    /// - Throws: ``PluginFailure``, which repeats nothing of the document: its session is a secret, wherever it stands.
    package init(_ document: String) throws(PluginFailure) {
        let call: XMLRPCCall
        do throws(XMLError) {
            call = try XMLRPCCall(XMLDocument(Array(document.utf8)))
        } catch {
            throw Self.failure("line \(error.position.line), column \(error.position.column)")
        }
        guard !call.method.isEmpty, call.parameters.count == 2, let session = call.parameters[0].string,
            !session.isEmpty, case .structure = call.parameters[1]
        else { throw Self.failure("expected a function, a session and a map") }
        function = call.method
        self.session = session
    }

    private static func failure(_ reason: String) -> PluginFailure {
        PluginFailure(.notCalled, "the argument is not a plugin call: \(reason)")
    }
}
