internal import NetConfigCore
internal import SystemPackage

/// A connection to ovsdb-server: JSON-RPC 1.0 over a Unix socket (RFC 7047, section 4).
///
/// Requests can be pipelined: several are sent before the first answer is read.
struct OVSDBConnection: ~Copyable {
    /// What the server sends unasked, such as `update` for a monitor.
    struct Notification: Equatable {
        var method: String
        var parameters: [JSON]
    }

    /// Identifies a request that was sent.
    struct RequestID: Hashable {
        fileprivate var number: Int
        fileprivate var method: String
    }

    /// How many notifications wait to be taken at most; more than a monitor of one row ever yields.
    static let notificationLimit = 10_000

    /// The path of the server's socket.
    let path: String
    private let socket: UnixSocket
    private let timeout: Duration
    private var scanner = OVSDBMessageScanner()
    private var buffer: [UInt8] = []
    /// How many bytes of the buffer the scanner has seen.
    private var scanned = 0
    private var requests = 0
    private var outstanding: Set<Int> = []
    private var answers: [Int: JSON] = [:]
    private var notifications: [Notification] = []

    /// Connects.
    ///
    /// - Parameters:
    ///   - path: The path of the server's socket, at most 107 bytes.
    ///   - timeout: How long connecting, and later each request or answer, may take.
    /// - Throws: ``OVSDBError`` where no server answers there.
    init(path: String, timeout: Duration) throws(OVSDBError) {
        guard path.utf8.count <= UnixSocket.pathLimit else { throw .pathTooLong(socket: path) }
        do {
            socket = try .connected(to: path, deadline: .now + timeout)
        } catch .wouldBlock {
            throw .timedOut(awaited: "a connection", socket: path, seconds: timeout / .seconds(1))
        } catch {
            throw .transport(.connect, socket: path, error)
        }
        self.path = path
        self.timeout = timeout
    }

    /// Whether the server has ended the connection, as far as is known without waiting.
    var isClosed: Bool {
        mutating get {
            do {
                // A few reads reach the end of the stream behind what the server said last; a server that never
                // stops talking is there.
                for _ in 0..<16 {
                    guard try wait(deadline: .now) else { break }
                    try receive()
                }
                return false
            } catch {
                return true
            }
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// - Returns: The answer's `result`.
    mutating func call(_ method: String, _ parameters: [JSON]) throws(OVSDBError) -> JSON {
        try answer(to: try send(method, parameters))
    }

    /// Sends a request whose answer is read later with ``answer(to:)``.
    mutating func send(_ method: String, _ parameters: [JSON]) throws(OVSDBError) -> RequestID {
        requests += 1
        outstanding.insert(requests)
        try send(.object(["method": .string(method), "params": .array(parameters), "id": .integer(requests)]))
        return RequestID(number: requests, method: method)
    }

    /// Waits for a request's answer; other messages are kept.
    ///
    /// - Returns: The answer's `result`.
    mutating func answer(to request: RequestID) throws(OVSDBError) -> JSON {
        let deadline = Deadline.now + timeout
        while true {
            if let answer = answers.removeValue(forKey: request.number) {
                if let error = answer["error"], error != .null {
                    throw .rpc(method: request.method, reason: OVSDBTransaction.reason(error))
                }
                guard let result = answer["result"] else { throw malformed("a reply without a result") }
                return result
            }
            try receive(deadline: deadline, awaited: "an answer to \(request.method)", within: timeout)
        }
    }

    /// Takes the oldest notification, waiting for one until the deadline.
    ///
    /// - Returns: `nil` when the deadline came first.
    mutating func notification(deadline: Deadline) throws(OVSDBError) -> Notification? {
        while notifications.isEmpty {
            guard try wait(deadline: deadline) else { return nil }
            try receive()
            // A server that sends without end, but no notification, does not hold us either.
            guard .now < deadline || !notifications.isEmpty else { return nil }
        }
        return notifications.removeFirst()
    }
}

extension OVSDBConnection {
    private func malformed(_ reason: String) -> OVSDBError {
        .malformedAnswer(socket: path, reason: reason)
    }

    private func send(_ message: JSON) throws(OVSDBError) {
        do {
            if try socket.write(message.compact, deadline: .now + timeout) == .ready { return }
        } catch {
            throw .transport(.send, socket: path, error)
        }
        throw .timedOut(awaited: "space to send a request", socket: path, seconds: timeout / .seconds(1))
    }

    private func wait(deadline: Deadline) throws(OVSDBError) -> Bool {
        do {
            return try socket.waitToRead(deadline: deadline) == .ready
        } catch {
            throw .transport(.wait, socket: path, error)
        }
    }

    private mutating func receive(
        deadline: Deadline, awaited: String, within duration: Duration
    ) throws(OVSDBError) {
        // Asked before each read, so that a server that sends without end and never answers does not hold us.
        guard Deadline.now < deadline, try wait(deadline: deadline) else {
            throw .timedOut(awaited: awaited, socket: path, seconds: duration / .seconds(1))
        }
        try receive()
    }

    /// Reads what is there and sorts the messages that are complete.
    private mutating func receive() throws(OVSDBError) {
        guard let count = try read() else { return }
        guard count > 0 else { throw .connectionClosed(socket: path) }
        var start = 0
        while let message = try message(from: start) {
            start = scanned
            try sort(message)
        }
        buffer.removeFirst(start)
        scanned = buffer.count
        guard scanned <= OVSDBMessageScanner.sizeLimit else {
            throw malformed("a message of more than \(OVSDBMessageScanner.sizeLimit) bytes")
        }
    }

    private mutating func read() throws(OVSDBError) -> Int? {
        do {
            return try socket.read(into: &buffer, limit: 256 << 10)
        } catch {
            throw .transport(.read, socket: path, error)
        }
    }

    /// The message that starts at an index of the buffer; `nil`: its end has not come yet.
    private mutating func message(from start: Int) throws(OVSDBError) -> JSON? {
        do {
            guard let length = try scanner.end(in: buffer[scanned...]) else { return nil }
            scanned += length
            return try JSONReader.read(buffer, in: start..<scanned)
        } catch {
            throw malformed(error.description)
        }
    }

    private mutating func sort(_ message: JSON) throws(OVSDBError) {
        guard let method = message["method"]?.string else {
            guard let id = message["id"]?.integer, id > 0, id <= requests else {
                throw malformed("a reply to an unknown request id")
            }
            // The first answer counts; one that comes again tells nothing new.
            if outstanding.remove(id) != nil { answers[id] = message }
            return
        }
        let parameters = message["params"]?.array ?? []
        if method == "echo" {
            // The server's way to ask whether we are still there (RFC 7047, 4.1.11).
            try send(JSON.object(["id": message["id"] ?? .null, "result": .array(parameters), "error": .null]))
        } else if notifications.count < OVSDBConnection.notificationLimit {
            notifications.append(Notification(method: method, parameters: parameters))
        } else {
            throw malformed("too many notifications")
        }
    }
}
