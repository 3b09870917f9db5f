import Synchronization
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// What a client does when the answer to its transaction does not come; with a server that plays each turn. The real
/// server has every turn there is in `BrokenConnectionTests`.
@Suite struct OVSDBClientTests {
    /// A database with one bridge `a`, whose `fail_mode` can be set.
    private final class Database: Sendable {
        private static let uuids = (1...3).map { "00000000-0000-4000-8000-00000000000\($0)" }

        private let state = Mutex<(nextCfg: Int, failMode: JSON?, sent: Int)>((1, nil, 0))

        /// How often the change was asked for.
        var sent: Int { state.withLock { $0.sent } }
        /// What `fail_mode` is.
        var failMode: JSON? { state.withLock { $0.failMode } }

        /// Whether a request would change something.
        static func isChange(_ request: JSON) -> Bool {
            request["params"]?.array?.contains { $0["op"] == .string("update") } == true
        }

        /// Counts a change, whether or not it is done.
        func note(_ request: JSON) { if Self.isChange(request) { state.withLock { $0.sent += 1 } } }

        /// Does a request and gives the answer. ovs-vswitchd has always followed.
        func answer(_ request: JSON) -> String {
            guard request["method"] == .string("transact") else {
                let cfg = state.withLock { $0.nextCfg }
                return Self.answer(
                    request["method"] == .string("monitor")
                        ? #"{"Open_vSwitch":{"x":{"new":{"cur_cfg":\#(cfg)}}}}"# : #"{"locked":true}"#, to: request)
            }
            let results = (request["params"]?.array ?? []).dropFirst().map(result)
            return Self.answer("[" + results.joined(separator: ",") + "]", to: request)
        }

        private static func answer(_ result: String, to request: JSON) -> String {
            #"{"id":\#(request["id"]?.integer ?? 0),"result":\#(result),"error":null}"#
        }

        private func result(_ operation: JSON) -> String {
            let (bridge, port, interface) = (Self.uuids[0], Self.uuids[1], Self.uuids[2])
            switch (operation["op"]?.string, operation["table"]?.string) {
            case ("update", _): state.withLock { $0.failMode = operation["row"]?["fail_mode"] }
            case ("mutate", _): state.withLock { $0.nextCfg += VswitchTransaction.stride }
            case ("select", "Open_vSwitch"):
                let cfg = state.withLock { $0.nextCfg }
                return #"{"rows":[{"bridges":["uuid","\#(bridge)"],"next_cfg":\#(cfg),"cur_cfg":\#(cfg)}]}"#
            case ("select", "Bridge"):
                let mode = failMode?.string.map { #","fail_mode":"\#($0)""# } ?? ""
                return #"{"rows":[{"_uuid":["uuid","\#(bridge)"],"name":"a","ports":["uuid","\#(port)"]\#(mode)}]}"#
            case ("select", "Port"):
                return
                    #"{"rows":[{"_uuid":["uuid","\#(port)"],"name":"a","interfaces":["uuid","\#(interface)"]}]}"#
            case ("select", "Interface"):
                return #"{"rows":[{"_uuid":["uuid","\#(interface)"],"name":"a","ofport":65534}]}"#
            case ("select", _): return #"{"rows":[]}"#
            default: break
            }
            return "{}"
        }
    }

    private static let change = VswitchChange(
        .bridge, "a", before: VswitchRow(members: ["a"]),
        after: VswitchRow(columns: ["fail_mode": .string("secure")], members: ["a"]))

    private static var limits: OVSDBClient.Limits {
        var limits = OVSDBClient.Limits()
        (limits.answer, limits.absence) = (.milliseconds(200), .milliseconds(300))
        (limits.change, limits.inverse) = (.milliseconds(200), .milliseconds(200))
        return limits
    }

    /// Reads and commits ``change`` with a server whose first connection meets with something when the change is asked
    /// for; the others do what they are asked.
    private func commit(
        _ incident: @escaping @Sendable (StubServer.Peer, JSON, Database) -> Void,
        later: @escaping @Sendable (StubServer.Peer, Database) -> Void = OVSDBClientTests.serve
    ) throws -> (error: (any Error)?, database: Database) {
        let database = Database()
        let server = StubServer { number, peer in
            guard number == 0 else { return later(peer, database) }
            while let request = peer.receive() {
                database.note(request)
                guard !Database.isChange(request) else { return incident(peer, request, database) }
                peer.send(database.answer(request))
            }
        }
        let client = try OVSDBClient(socket: server.path, limits: Self.limits)
        _ = try client.readState()
        do {
            try client.commit([Self.change])
        } catch {
            return (error, database)
        }
        return withExtendedLifetime(server) { (nil, database) }
    }

    private static func serve(_ peer: StubServer.Peer, _ database: Database) {
        while let request = peer.receive() {
            database.note(request)
            peer.send(database.answer(request))
        }
    }

    @Test func `a change that is answered and done is no error`() throws {
        let (error, database) = try commit { peer, request, database in
            peer.send(database.answer(request))
            Self.serve(peer, database)
        }
        #expect(error == nil && database.sent == 1)
    }

    @Test func `a change whose answer is lost is found in the rows and kept`() throws {
        let (error, database) = try commit { _, request, database in _ = database.answer(request) }
        #expect(error == nil, "\(String(describing: error))")
        #expect(database.sent == 1 && database.failMode == .string("secure"))
    }

    @Test func `a change that was not made when the connection broke is sent again`() throws {
        let (error, database) = try commit { _, _, _ in }
        #expect(error == nil, "\(String(describing: error))")
        #expect(database.sent == 2 && database.failMode == .string("secure"))
    }

    @Test func `a change that a server never makes is given up after three times, and said not to have been made`()
        throws
    {
        let (error, database) = try commit({ _, _, _ in }) { peer, database in
            while let request = peer.receive() {
                database.note(request)
                guard !Database.isChange(request) else { return }
                peer.send(database.answer(request))
            }
        }
        let taken = try #require(error as? TakenBack)
        #expect(taken.outcome == "the change was not made" && taken.left.isEmpty)
        #expect(database.sent == PossibleChange.attempts)
    }

    @Test func `with a server that is gone then, what may be left is told`() throws {
        let (error, _) = try commit({ _, request, database in _ = database.answer(request) }) { _, _ in }
        let taken = try #require(error as? TakenBack)
        #expect(taken.left.count == 1 && taken.left[0].contains("may still be changed (Bridge a)"), "\(taken.left)")
    }

    @Test func `a server that hangs in a transaction is an error in time`() throws {
        let start = ContinuousClock.now
        let (error, _) = try commit({ peer, _, _ in _ = (peer.receive(), peer.receive()) }) { peer, _ in
            _ = (peer.receive(), peer.receive(), peer.receive(), peer.receive())
        }
        #expect(error is TakenBack)
        #expect(ContinuousClock.now - start < .seconds(4))
    }
}
