internal import NetConfigCore

/// A call to XAPI that did not come to a result.
public struct XAPIError: Error, Equatable, Sendable {
    /// Why not.
    public enum Problem: Error, Equatable, Sendable {
        /// No server answers at the socket; `reason` is the kernel's.
        case unreachable(socket: String, reason: String)
        /// XAPI closed the connection before it said anything.
        case dropped
        /// XAPI closed the connection in the middle of its answer.
        case cutShort
        /// The answer, or its end, did not come within this many seconds.
        case timedOut(seconds: Double)
        /// HTTP, but with another status than 200: the status line.
        case status(String)
        /// The answer has more bytes than this.
        case tooLarge(limit: Int)
        /// The answer is no HTTP or no XML-RPC, or its result is not of the kind that the call has.
        case malformed(String)
        /// The call cannot be put into words: what is wrong with its parameters.
        case unsendable(String)
        /// A fault of XML-RPC: XAPI does not know the call, or could not make it.
        case fault(code: Int64, message: String)
        /// XAPI refused, with a code of its own, such as `SESSION_INVALID`, and that code's parameters.
        case refused(code: String, parameters: [String])
    }

    /// The call, such as `PIF.get_all_records_where`.
    public var call: String
    /// Why it failed.
    public var problem: Problem

    /// Creates an error; a secret is blanked wherever XAPI repeats it.
    public init(_ call: String, _ problem: Problem, secret: String? = nil) {
        self.call = call
        self.problem = secret.map(problem.blanking) ?? problem
    }
}

extension XAPIError.Problem {
    /// Whether XAPI does not know the session, or no longer.
    var isInvalidSession: Bool {
        if case .refused("SESSION_INVALID", _) = self { true } else { false }
    }

    /// Whether XAPI takes another number of parameters.
    var isParameterCount: Bool {
        if case .refused("MESSAGE_PARAMETER_COUNT_MISMATCH", _) = self { true } else { false }
    }

    /// The same without a text that must stay secret.
    fileprivate func blanking(_ secret: String) -> Self {
        func blanked(_ text: String) -> String { secret.isEmpty ? text : text.substituting(secret, with: "…") }
        switch self {
        case .status(let line): return .status(blanked(line))
        case .malformed(let what): return .malformed(blanked(what))
        case .fault(let code, let message): return .fault(code: code, message: blanked(message))
        case .refused(let code, let parameters):
            return .refused(code: blanked(code), parameters: parameters.map(blanked))
        case .unreachable, .dropped, .cutShort, .timedOut, .tooLarge, .unsendable: return self
        }
    }
}

extension XAPIError: CustomStringConvertible {
    /// One sentence: which call failed, and why, with XAPI's own code and parameters.
    public var description: String { "XAPI call \(call) failed: \(problem)" }
}

extension XAPIError.Problem: CustomStringConvertible {
    /// Why a call failed, as a clause.
    public var description: String {
        switch self {
        case .unreachable(let socket, let reason): "cannot connect to \(socket): \(reason)"
        case .dropped: "the connection was closed before a response was received"
        case .cutShort: "the connection was closed during the response"
        case .timedOut(let seconds):
            "no complete response within \(Int(exactly: seconds).map(String.init) ?? "\(seconds)") s"
        case .status(let line): "the response is \(Self.short(line))"
        case .tooLarge(let limit): "the response is larger than \(limit) bytes"
        case .malformed(let what): "malformed response: \(Self.short(what))"
        case .unsendable(let what): what
        case .fault(let code, let message): "fault \(code): \(Self.short(message))"
        case .refused(let code, let parameters):
            ([code] + parameters).map(Self.short).joined(separator: " ")
        }
    }

    /// Text from outside as far as a message shows it.
    private static func short(_ text: String) -> String {
        text.shortened(to: 200).printable
    }
}
