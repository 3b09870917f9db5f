import Synchronization
import Testing

@testable import NetConfig

/// What a client does when the answer to its transaction does not come; with a server that plays each turn.
@Suite struct OVSDBClientTests {
    private static let bridge = "00000000-0000-4000-8000-000000000001"
    private static let port = "00000000-0000-4000-8000-000000000002"
    private static let interface = "00000000-0000-4000-8000-000000000003"

    /// An answer to each operation of a `transact` request, as from a database with one bridge `a`.
    private static func answer(to request: JSON, curCfg: Int = 1, failing: Bool = false) -> String {
        let operations = request["params"]?.array?.dropFirst() ?? []
        let results = operations.map { operation in
            switch (operation["op"]?.string, operation["table"]?.string) {
            case ("wait", _) where failing: #"{"error":"timed out"}"#
            case ("select", "Open_vSwitch"):
                #"{"rows":[{"bridges":["uuid","\#(bridge)"],"next_cfg":1,"cur_cfg":\#(curCfg)}]}"#
            case ("select", "Bridge"):
                #"{"rows":[{"_uuid":["uuid","\#(bridge)"],"name":"a","ports":["uuid","\#(port)"]}]}"#
            case ("select", "Port"):
                #"{"rows":[{"_uuid":["uuid","\#(port)"],"name":"a","interfaces":["uuid","\#(interface)"]}]}"#
            case ("select", "Interface"): #"{"rows":[{"_uuid":["uuid","\#(interface)"],"name":"a","ofport":65534}]}"#
            case ("select", _): #"{"rows":[]}"#
            default: "{}"
            }
        }
        return result("[" + results.joined(separator: ",") + "]", of: request)
    }

    private static func result(_ text: String, of request: JSON) -> String {
        #"{"id":\#(request["id"]?.integer ?? 0),"result":\#(text),"error":null}"#
    }

    private static let curCfg = #"{"Open_vSwitch":{"x":{"new":{"cur_cfg":1}}}}"#

    private static let change = VswitchChange(
        .bridge, "a", before: VswitchRow(members: ["a"]),
        after: VswitchRow(columns: ["fail_mode": .string("secure")], members: ["a"]))

    /// Reads and commits ``change``.
    ///
    /// - Returns: The error, and the values to which the server was asked to set `fail_mode`.
    private func commit(
        timeout: Duration = .seconds(5), _ serve: @escaping @Sendable (Int, StubServer.Peer, (JSON?) -> JSON?) -> Void
    ) throws -> (error: OVSDBError?, updates: [JSON]) {
        let recorder = Recorder()
        let server = StubServer { number, peer in
            serve(number, peer) { request in
                recorder.note(request)
                return request
            }
        }
        let client = try OVSDBClient(socket: server.path, timeout: timeout)
        _ = try client.readState()
        do throws(OVSDBError) {
            try client.commit([Self.change], timeout: .milliseconds(200))
        } catch {
            return (error, recorder.updates)
        }
        return withExtendedLifetime(server) { (nil, recorder.updates) }
    }

    /// Remembers what a server was asked to set.
    private final class Recorder: Sendable {
        private let values = Mutex<[JSON]>([])

        var updates: [JSON] { values.withLock { $0 } }

        func note(_ request: JSON?) {
            for operation in request?["params"]?.array ?? [] where operation["op"] == .string("update") {
                guard let value = operation["row"]?["fail_mode"] else { continue }
                values.withLock { $0.append(value) }
            }
        }
    }

    private static let unset = JSON.array([.string("set"), .array([])])

    /// Plays the first connection up to the transaction, whose answer it does not send.
    private static func loseAnswer(_ peer: StubServer.Peer, _ note: (JSON?) -> JSON?) {
        guard let reading = peer.receive() else { return }
        peer.send(answer(to: reading))
        guard let monitor = peer.receive() else { return }
        peer.send(result(curCfg, of: monitor))
        _ = note(peer.receive())
    }

    @Test func `A change that is answered and done is no error`() throws {
        let (error, updates) = try commit { _, peer, note in
            Self.loseAnswer(peer) { request in
                if let request = note(request) { peer.send(Self.answer(to: request)) }
                if let request = peer.receive() { peer.send(Self.answer(to: request)) }
                return request
            }
            _ = peer.receive()
        }
        #expect(error == nil)
        #expect(updates == [.string("secure")])
    }

    @Test(arguments: [false, true])
    func `A change whose answer is lost is taken back if it was made`(wasNotMade: Bool) throws {
        let (error, updates) = try commit { number, peer, note in
            guard number > 0 else {
                Self.loseAnswer(peer, note)
                return
            }
            guard let reading = peer.receive() else { return }
            peer.send(Self.answer(to: reading))
            guard let monitor = peer.receive(), let request = note(peer.receive()) else { return }
            peer.send(Self.result(Self.curCfg, of: monitor))
            peer.send(Self.answer(to: request, failing: wasNotMade))
            _ = peer.receive()
        }
        guard case .connectionClosed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(updates == [.string("secure"), Self.unset])
    }

    @Test func `A change whose answer is lost, with a server that is gone then, has an unknown outcome`() throws {
        let (error, _) = try commit { number, peer, note in if number == 0 { Self.loseAnswer(peer, note) } }
        guard case .outcomeUnknown(.connectionClosed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `A server that hangs in a transaction is an error in time`() throws {
        let start = ContinuousClock.now
        let (error, _) = try commit(timeout: .milliseconds(200)) { number, peer, note in
            if number == 0 { Self.loseAnswer(peer, note) }
            _ = peer.receive()
        }
        guard case .outcomeUnknown(.timedOut) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ContinuousClock.now - start < .seconds(2))
    }
}
