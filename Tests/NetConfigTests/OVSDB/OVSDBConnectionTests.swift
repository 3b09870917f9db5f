import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct OVSDBConnectionTests {
    private static let short = Duration.milliseconds(150)

    /// Calls a method on a server that does what a closure says.
    private func call(
        timeout: Duration = .seconds(5), _ serve: @escaping @Sendable (StubServer.Peer) -> Void
    ) throws -> JSON {
        let server = StubServer { _, peer in serve(peer) }
        defer { withExtendedLifetime(server) {} }
        var connection = try OVSDBConnection(path: server.path, timeout: timeout)
        return try connection.call("list_dbs", [])
    }

    /// The error of a call, and that it came in time.
    private func failure(
        timeout: Duration = .seconds(5), within limit: Duration = .seconds(2),
        _ serve: @escaping @Sendable (StubServer.Peer) -> Void
    ) -> OVSDBError? {
        let start = ContinuousClock.now
        let error = #expect(throws: OVSDBError.self) { _ = try call(timeout: timeout, serve) }
        #expect(ContinuousClock.now - start < limit)
        return error
    }

    @Test func `a call yields the result`() throws {
        let result = try call { peer in
            guard let request = peer.receive() else { return }
            let isRight = request == .object(["method": .string("list_dbs"), "params": .array([]), "id": .integer(1)])
            peer.send(#"{"id":1,"error":null,"result":\#(isRight)}"#)
        }
        #expect(result == .boolean(true))
    }

    @Test func `the server's echo request is answered before the call's own answer comes`() throws {
        let result = try call { peer in
            peer.send(#"{"method":"echo","params":["x",1],"id":"echo"}"#)
            while let message = peer.receive() {
                guard message["method"] == nil else { continue }
                let isRight =
                    message
                    == .object(["result": .array([.string("x"), .integer(1)]), "error": .null, "id": .string("echo")])
                peer.send(#"{"id":1,"result":\#(isRight),"error":null}"#)
            }
        }
        #expect(result == .boolean(true))
    }

    @Test func `an answer that comes byte by byte is put together`() throws {
        let result = try call { peer in
            _ = peer.receive()
            for character in #"  {"id":1,"result":["}"],"error":null}"# { peer.send(String(character)) }
            _ = peer.receive()
        }
        #expect(result == .array([.string("}")]))
    }

    @Test func `answers may come in another order, and notifications between them`() throws {
        let server = StubServer { _, peer in
            _ = (peer.receive(), peer.receive())
            peer.send(
                #"{"id":2,"result":"b","error":null}{"method":"update","params":["m",{}],"id":null}"#
                    + #"{"id":1,"result":"a","error":null}"#)
            _ = peer.receive()
        }
        var connection = try OVSDBConnection(path: server.path, timeout: .seconds(5))
        let first = try connection.send("a", [])
        let second = try connection.send("b", [])
        let (a, b) = (try connection.answer(to: first), try connection.answer(to: second))
        #expect([a, b] == [.string("a"), .string("b")])
        let notification = try connection.notification(deadline: .now)
        #expect(notification == .init(method: "update", parameters: [.string("m"), .object([:])]))
        let none = try connection.notification(deadline: .now + Self.short)
        #expect(none == nil)
        withExtendedLifetime(server) {}
    }

    @Test func `a server that never answers is an error in time`() {
        let error = failure(timeout: Self.short) { _ = ($0.receive(), $0.receive()) }
        guard case .timedOut("an answer to list_dbs", _, 0.15) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a server that always sends and never answers is an error in time`() {
        let error = failure(timeout: Self.short) { while $0.send(" ") {} }
        guard case .timedOut = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "[1]", #"{"id":1,"result":"# + "\u{1}}", #"{"id":1 "result":[]}"#,
        #"{"id":99,"result":[],"error":null}"#, #"{"id":"x"}"#, #"{"id":1,"error":null}"#, "\0\0\0\0",
        String(repeating: #"{"a":"#, count: 100),
    ])
    func `garbage is an error that says so`(garbage: String) {
        let error = failure { peer in
            _ = peer.receive()
            peer.send(garbage)
            _ = peer.receive()
        }
        guard case .malformedAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a message above the limit is an error`() {
        let error = failure(timeout: .seconds(60), within: .seconds(60)) { peer in
            let text = String(repeating: "x", count: 1 << 20)
            peer.send(#"{"id":1,"result":""#)
            while peer.send(text) {}
        }
        guard case .malformedAnswer(_, "a message of more than 67108864 bytes") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `notifications without end are an error`() {
        let error = failure(timeout: .seconds(30), within: .seconds(30)) { peer in
            let text = String(repeating: #"{"method":"update","params":[],"id":null}"#, count: 1000)
            while peer.send(text) {}
        }
        guard case .malformedAnswer(_, "too many notifications") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `an answer that comes twice counts once`() throws {
        let server = StubServer { _, peer in
            _ = peer.receive()
            peer.send(#"{"id":1,"result":"a","error":null}{"id":1,"result":"b","error":null}"#)
            _ = peer.receive()
            peer.send(#"{"id":1,"result":"c","error":null}{"id":2,"result":"d","error":null}"#)
            _ = peer.receive()
        }
        var connection = try OVSDBConnection(path: server.path, timeout: .seconds(5))
        let first = try connection.call("a", [])
        let second = try connection.call("b", [])
        #expect([first, second] == [.string("a"), .string("d")])
        withExtendedLifetime(server) {}
    }

    @Test(
        .timeLimit(.minutes(1)), arguments: [#"{"method":"echo","params":[],"id":"x"}"#, #"{"id":1,"result":1}"#, " "])
    func `a wait for a notification ends in time whatever else is sent without end`(text: String) throws {
        let server = StubServer { _, peer in
            _ = peer.receive()
            // What is answered has to be read.
            while peer.send(text) { if text.contains("echo") { _ = peer.receive() } }
        }
        var connection = try OVSDBConnection(path: server.path, timeout: .milliseconds(300))
        _ = try connection.send("a", [])
        let start = ContinuousClock.now
        let notification = try connection.notification(deadline: .now + Self.short)
        #expect(notification == nil)
        #expect(ContinuousClock.now - start < .seconds(2))
        withExtendedLifetime(server) {}
    }

    @Test(.timeLimit(.minutes(1)))
    func `a wait for a notification from a server that asks without end and reads no answer is an error in time`()
        throws
    {
        let server = StubServer { _, peer in
            while peer.send(String(repeating: #"{"method":"echo","params":[],"id":"x"}"#, count: 50)) {}
        }
        var connection = try OVSDBConnection(path: server.path, timeout: Self.short)
        let start = ContinuousClock.now
        let error = #expect(throws: OVSDBError.self) {
            _ = try connection.notification(deadline: .now + .seconds(30))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("waiting for space to send a request"))
        #expect(ContinuousClock.now - start < .seconds(20))
        withExtendedLifetime(server) {}
    }

    @Test func `a message of too many values is an error that says how many there may be`() {
        let error = failure(timeout: .seconds(60), within: .seconds(60)) { peer in
            _ = peer.receive()
            let text = String(repeating: "[],", count: 200_000)
            peer.send(#"{"id":1,"error":null,"result":["#)
            for _ in 0..<11 { peer.send(text) }
            peer.send("[]]}")
            _ = peer.receive()
        }
        guard case .malformedAnswer(_, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("result.1999996: more than 2000000 values at byte "), "\(reason)")
    }

    @Test func `a request that the server refuses is an error with its reason`() {
        let error = failure { peer in
            _ = peer.receive()
            peer.send(#"{"id":1,"result":null,"error":{"error":"unknown database","details":"no such one"}}"#)
        }
        #expect(error == .rpc(method: "list_dbs", reason: "unknown database: no such one"))
    }

    @Test func `a connection that the server ends is an error`() {
        let error = failure { _ = $0.receive() }
        guard case .connectionClosed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a server that takes no connection is an error in time`() throws {
        let server = StubServer(isAccepting: false) { _, _ in }
        // The queue of connections holds one.
        var first = try OVSDBConnection(path: server.path, timeout: Self.short)
        #expect(throws: OVSDBError.timedOut(awaited: "a connection", socket: server.path, seconds: 0.15)) {
            _ = try OVSDBConnection(path: server.path, timeout: Self.short)
        }
        // It holds what we send only until its buffer is full.
        let text = String(repeating: "x", count: 10 << 20)
        let error = #expect(throws: OVSDBError.self) { _ = try first.send("echo", [.string(text)]) }
        #expect(error == .timedOut(awaited: "space to send a request", socket: server.path, seconds: 0.15))
    }

    @Test func `a socket that is not there, or whose path is too long, is an error that names it`() {
        #expect(throws: OVSDBError.transport(.connect, socket: "/nonexistent", .noSuchFileOrDirectory)) {
            _ = try OVSDBConnection(path: "/nonexistent", timeout: .seconds(1))
        }
        let fitting = "/" + String(repeating: "x", count: 106)
        #expect(throws: OVSDBError.transport(.connect, socket: fitting, .noSuchFileOrDirectory)) {
            _ = try OVSDBConnection(path: fitting, timeout: .seconds(1))
        }
        let long = fitting + "x"
        #expect(throws: OVSDBError.pathTooLong(socket: long)) {
            _ = try OVSDBConnection(path: long, timeout: .seconds(1))
        }
    }
}
