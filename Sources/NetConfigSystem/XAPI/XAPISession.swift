/// A session with XAPI.
package struct XAPISession {
    private let client: XAPIClient
    private let reference: String

    /// Does some work in a session: the caller's, or one that is opened for it and closed in any case.
    ///
    /// - Parameters:
    ///   - client: Makes the calls.
    ///   - given: The caller's session.
    ///   - warn: Told where our session could not be closed: XAPI itself closes it after a day.
    ///   - work: What to do.
    /// - Returns: What the work gives.
    /// - Throws: ``XAPIError``, `Interruption`, and what the work throws.
    package static func with<Result>(
        _ client: XAPIClient, given: String?, warn: (any Error) -> Void, _ work: (XAPISession) throws -> Result
    ) throws -> Result {
        if let given {
            client.secret = given
            return try work(XAPISession(client: client, reference: given))
        }
        let session = try XAPISession(openedBy: client)
        defer {
            do { try session.close() } catch { warn(error) }
        }
        return try work(session)
    }

    /// How long a call that opens or closes a session may still take after a signal: a session that is left open takes
    /// memory of XAPI's, until that closes it after a day.
    private static let grace = Duration.seconds(2)

    /// Root needs no password on the local socket. Before its release 6.2 XAPI knew no name of the caller, and before that no
    /// version of its interface.
    private init(openedBy client: XAPIClient) throws {
        let call = "session.login_with_password"
        var words = ["root", "", "1.0", "interface-reconfigure"].map(XMLRPCValue.string)
        var answer: XMLRPCValue?
        while answer == nil {
            do {
                answer = try client.call(call, words, grace: Self.grace)
            } catch let error as XAPIError where error.problem.isParameterCount && words.count > 2 {
                words.removeLast()
            }
        }
        guard let reference = answer?.string, !reference.isEmpty else {
            throw XAPIError(call, .malformed("expected a session"))
        }
        client.secret = reference
        self.init(client: client, reference: reference)
    }

    private init(client: XAPIClient, reference: String) {
        self.client = client
        self.reference = reference
    }

    private func close() throws {
        do {
            _ = try client.call("session.logout", [.string(reference)], grace: Self.grace)
        } catch let error as XAPIError where error.problem.isInvalidSession {
            // It is closed already.
        }
    }

    /// Makes a call in this session.
    func call(_ method: String, _ parameters: String...) throws -> XMLRPCValue {
        try call(method, parameters)
    }

    /// Makes a call whose result is records by their references.
    package func records(_ method: String, _ parameters: String...) throws -> [XMLRPCValue.Member] {
        guard case .structure(let records) = try call(method, parameters) else {
            throw XAPIError(method, .malformed("expected records by reference"))
        }
        return records
    }

    private func call(_ method: String, _ parameters: [String]) throws -> XMLRPCValue {
        try client.call(method, ([reference] + parameters).map(XMLRPCValue.string))
    }
}
