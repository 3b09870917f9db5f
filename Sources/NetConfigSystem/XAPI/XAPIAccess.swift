internal import SystemPackage

/// How to reach XAPI: a session, or a login of our own, and a timeout.
public struct XAPIAccess: Sendable {
    /// The reference of a session that the caller has opened, and closes itself; `nil` to open one of our own. A secret.
    public var session: String?
    /// How long one call may take.
    public var timeout: Duration

    /// Describes the access.
    public init(session: String? = nil, timeout: Duration = .seconds(30)) {
        self.session = session
        self.timeout = timeout
    }
}

extension XAPIAccess {
    /// Whether a program answers at XAPI's socket.
    package static func isAnswering(at path: String) -> Bool {
        do throws(Errno) {
            _ = try UnixSocket.connected(to: path, deadline: .now + .seconds(1))
            return true
        } catch {
            // One that is too busy to answer runs as well.
            return error == .wouldBlock
        }
    }
}
