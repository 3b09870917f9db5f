internal import NetConfigCore

/// Makes calls to XAPI, one after the other, on one connection as long as XAPI keeps that open.
package final class XAPIClient {
    /// A text that no error may show: the reference of the session.
    var secret: String?

    private let socket: String
    private let timeout: Duration
    private let interrupted: () -> Interruption?
    private var connection: HTTPConnection?

    /// Describes where to call.
    ///
    /// - Parameters:
    ///   - socket: The path of XAPI's Unix socket, at most 107 bytes.
    ///   - timeout: How long one call may take, connecting included.
    ///   - interrupted: Asked while waiting; an answer ends the wait.
    package init(socket: String, timeout: Duration, interrupted: @escaping () -> Interruption?) {
        self.socket = socket
        self.timeout = timeout
        self.interrupted = interrupted
    }

    /// Makes a call. A connection that was closed before an answer began is no reason to fail: the call is made once more,
    /// on a new one.
    ///
    /// - Parameters:
    ///   - method: Its name, such as `PIF.get_all_records`.
    ///   - parameters: What it is given.
    ///   - grace: How long its answer is still waited for once a signal came.
    /// - Returns: XAPI's result.
    /// - Throws: ``XAPIError``, `Interruption`.
    func call(_ method: String, _ parameters: [XMLRPCValue], grace: Duration = .zero) throws -> XMLRPCValue {
        let limit = CallTimeout(timeout, grace: grace, interrupted: interrupted)
        do {
            let request: [UInt8]
            do throws(InvalidXMLCharacter) {
                request = try XMLRPCCall(method: method, parameters: parameters).bytes()
            } catch {
                throw XAPIError.Problem.unsendable("\(error)")
            }
            do {
                return try exchange(request, limit).xapiResult()
            } catch XAPIError.Problem.dropped {
                return try exchange(request, limit).xapiResult()
            }
        } catch let problem as XAPIError.Problem {
            throw XAPIError(method, problem, secret: secret)
        }
    }

    private func exchange(_ request: [UInt8], _ timeout: CallTimeout) throws -> XMLRPCAnswer {
        let connection = try connection ?? HTTPConnection(to: socket, timeout)
        // On one that has more of an answer than was read, nothing else can follow.
        self.connection = nil
        try connection.post(request, timeout)
        var failure: (any Error)?
        do throws(XMLError) {
            let xml = try XMLDocument { () throws(XMLError) in
                do {
                    return try connection.nextPiece(timeout)
                } catch {
                    failure = error
                    throw XMLError(message: "\(error)", position: .init(line: 1, column: 1))
                }
            }
            let answer = try XMLRPCAnswer(xml)
            if connection.isReusable { self.connection = connection }
            return answer
        } catch {
            let place = "line \(error.position.line), column \(error.position.column)"
            throw failure ?? XAPIError.Problem.malformed("\(place): \(error.message)")
        }
    }
}

extension XMLRPCAnswer {
    /// XAPI's own result within an answer: each is a structure with `Status`, and `Value` or `ErrorDescription`.
    package func xapiResult() throws(XAPIError.Problem) -> XMLRPCValue {
        guard case .value(let answer) = self else {
            guard case .fault(let code, let message) = self else { throw .malformed("no response") }
            throw .fault(code: code, message: message)
        }
        switch answer["Status"]?.string {
        case "Success":
            guard let value = answer["Value"] else { throw .malformed("success without a value") }
            return value
        case "Failure":
            guard case .array(let words)? = answer["ErrorDescription"], let code = words.first?.text else {
                throw .malformed("a failure without an error")
            }
            throw .refused(code: code, parameters: words.dropFirst().compactMap(\.text))
        default: throw .malformed("neither success nor failure")
        }
    }
}
