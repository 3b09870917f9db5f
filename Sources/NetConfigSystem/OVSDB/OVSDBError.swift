package import SystemPackage

/// Why ovsdb-server or ovs-vswitchd did not do what was requested.
///
/// `socket` is the path of ovsdb-server's Unix socket throughout.
package enum OVSDBError: Error, Equatable, Sendable {
    /// A system call failed.
    case transport(Operation, socket: String, Errno)
    /// The path is longer than the 107 bytes that the kernel's `sockaddr_un` holds.
    case pathTooLong(socket: String)
    /// The server ended the connection.
    case connectionClosed(socket: String)
    /// No complete message arrived in time; `awaited` reads like "an answer to transact".
    case timedOut(awaited: String, socket: String, seconds: Double)
    /// The server sent something that is not JSON, or that RFC 7047 does not allow.
    case malformedAnswer(socket: String, reason: String)
    /// The server refused a request as a whole, such as one for a database that it does not have (RFC 7047, 4.1).
    case rpc(method: String, reason: String)
    /// An operation of a transaction failed, and so nothing of the transaction was done (RFC 7047, 4.1.3).
    ///
    /// `index` counts the transaction's operations from 0; `operation` describes that one.
    case operation(index: Int, operation: String, reason: String)
    /// The rows are no longer what was read: another client changed them. Nothing was changed.
    case guardFailed(String)
    /// ovs-vswitchd did not carry the change out in time: `cur_cfg` did not reach `next_cfg`.
    case notFinished(nextCfg: Int, curCfg: Int, seconds: Double)
    /// ovs-vswitchd could not make or open interfaces: names and what it says about them.
    case interfaces([String: String])

    /// What was done with the socket.
    package enum Operation: String, Sendable {
        case connect = "connect to"
        case send = "send to"
        case wait = "wait for"
        case read = "read from"
    }
}

extension OVSDBError: CustomStringConvertible {
    /// Whether it is about the connection, so that another one may do better.
    var isOfConnection: Bool {
        switch self {
        case .transport, .connectionClosed, .timedOut, .malformedAnswer: true
        case .pathTooLong, .rpc, .operation, .guardFailed, .notFinished, .interfaces: false
        }
    }

    /// One sentence: what was attempted, and why it failed.
    package var description: String {
        switch self {
        case .transport(let operation, let socket, let errno):
            "cannot \(operation.rawValue) ovsdb-server at \(socket): \(errno.phrase)"
        case .pathTooLong(let socket):
            "cannot connect to ovsdb-server at \(socket): the socket's path is longer than 107 bytes"
        case .connectionClosed(let socket):
            "ovsdb-server at \(socket) closed the connection"
        case .timedOut(let awaited, let socket, let seconds):
            "timed out after \(Self.text(seconds)) s waiting for \(awaited) from ovsdb-server at \(socket)"
        case .malformedAnswer(let socket, let reason):
            "ovsdb-server at \(socket) sent an invalid message: \(reason)"
        case .rpc(let method, let reason):
            "ovsdb-server refused the request \(method): \(reason)"
        case .operation(let index, let operation, let reason):
            "ovsdb-server refused operation \(index) of a transaction, \(operation): \(reason)"
        case .guardFailed(let what):
            "the Open vSwitch database was changed by another program meanwhile: \(what)"
        case .notFinished(let nextCfg, let curCfg, let seconds):
            """
            ovs-vswitchd did not finish the change within \(Self.text(seconds)) s (next_cfg \(nextCfg), \
            cur_cfg \(curCfg)); is it running?
            """
        case .interfaces(let failures):
            "ovs-vswitchd could not set up "
                + failures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; ")
        }
    }

    private static func text(_ seconds: Double) -> String {
        Int(exactly: seconds).map(String.init) ?? String(seconds)
    }
}
