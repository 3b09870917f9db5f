package import NetConfigCore

/// Reads and changes the configuration of Open vSwitch through ovsdb-server (RFC 7047, ovs-vswitchd.conf.db(5)).
///
/// It keeps one connection, and remembers which rows the names stand for that it read.
package final class OVSDBClient {
    /// How long the client waits, and for what.
    package struct Limits: Sendable {
        /// For a connection, and for each answer.
        package var answer = Duration.seconds(5)
        /// For a server that went away, as one does that is being upgraded.
        package var absence = Duration.seconds(10)
        /// For ovs-vswitchd to make a change.
        package var change = Duration.seconds(20)
        /// For ovs-vswitchd to take a change back, where it has not said that it made it.
        package var inverse = Duration.seconds(5)

        /// The usual limits.
        package init() {}
    }

    /// The path of ovsdb-server's socket.
    package let socket: String
    /// How long the client waits.
    package let limits: Limits
    /// How many changes were asked of ovs-vswitchd, as far as this client knows.
    package internal(set) var nextCfg = 0
    /// Up to which of them ovs-vswitchd has done them, as far as this client knows.
    package internal(set) var curCfg = 0

    /// Told of each step that a change takes.
    var trace: (PossibleChange.Edge) -> Void = { _ in }
    var connection: OVSDBConnection
    var rows = VswitchRows()
    /// Whether ovs-vswitchd did not follow the last change in time.
    var isSwitchLate = false
    private var isPrepared = false
    private var readsManagement = false
    /// The long `external_ids` that ports had when they were read or written, or that were to be expected.
    private var known: [OVSDBValue] = []
    private var schema: [String: Set<String>]?
    /// The name of the lock of this client's present connection: no other client's.
    private let lock = "interface_reconfigure_" + String(UInt64.random(in: 0...UInt64.max), radix: 16)

    /// Connects to ovsdb-server.
    ///
    /// - Parameters:
    ///   - socket: The path of its Unix socket, at most 107 bytes, such as `/var/run/openvswitch/db.sock`.
    ///   - limits: How long to wait.
    /// - Throws: ``OVSDBError`` where no server answers there.
    package init(socket: String, limits: Limits = Limits()) throws(OVSDBError) {
        self.socket = socket
        self.limits = limits
        connection = try OVSDBConnection(path: socket, timeout: limits.answer)
    }

    /// Reads the bridges that `Open_vSwitch.bridges` lists, with their ports and interfaces, at one moment.
    ///
    /// - Parameters:
    ///   - withManagement: Whether to read tables `Manager`, `SSL` and `Flow_Sample_Collector_Set` as well.
    ///   - ids: `external_ids` that ports probably have. On a host with 800 VLANs the answer has 24 MB without them.
    /// - Returns: The rows.
    /// - Throws: ``OVSDBError``.
    package func readState(
        withManagement: Bool = false, expecting ids: [OVSDBValue] = []
    ) throws(OVSDBError) -> VswitchState {
        readsManagement = withManagement
        expect(ids.map { VswitchRow(columns: ["external_ids": $0]) })
        return try afterRestart { () throws(OVSDBError) in try read() }
    }

    /// OpenFlow port numbers of interfaces; those that have none are left out.
    package func ofports(of interfaces: [String]) throws(OVSDBError) -> [String: Int] {
        var transaction = OVSDBTransaction()
        for name in interfaces {
            let condition = OVSDBCondition.column("name", equals: .string(name))
            transaction.append(.select(from: "Interface", where: [condition], columns: ["error", "ofport"]))
        }
        var ofports: [String: Int] = [:]
        let results = try afterRestart { () throws(OVSDBError) in try run(transaction) }
        for (name, result) in zip(interfaces, results) {
            if case .working(let ofport) = InterfaceHealth(result) { ofports[name] = ofport }
        }
        return ofports
    }

    /// Whether a bridge has a controller; by default, whether one of its controllers is connected.
    package func hasController(_ bridge: String, isConnected: Bool = true) throws(OVSDBError) -> Bool {
        var transaction = OVSDBTransaction()
        let condition = OVSDBCondition.column("name", equals: .string(bridge))
        transaction.append(.select(from: "Bridge", where: [condition], columns: ["controller"]))
        transaction.append(.select(from: "Controller", columns: ["_uuid", "is_connected"]))
        let results = try afterRestart { () throws(OVSDBError) in try run(transaction) }
        let own = results[0].rows.compactMap { $0["controller"].flatMap(OVSDBValue.init) }.flatMap(\.uuids)
        guard isConnected else { return !own.isEmpty }
        return results[1].rows.contains { row in
            guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else { return false }
            return own.contains(uuid) && row["is_connected"].flatMap(OVSDBValue.init) == .boolean(true)
        }
    }
}

extension OVSDBClient {
    /// Reads something, a second time if the server closed the connection: after a restart it still has the rows.
    private func afterRestart<Result>(_ work: () throws(OVSDBError) -> Result) throws(OVSDBError) -> Result {
        try reconnectIfClosed()
        do {
            return try work()
        } catch {
            switch error {
            case .connectionClosed, .transport: break
            default: throw error
            }
            try reconnect(until: .now + limits.absence)
            return try work()
        }
    }

    func reconnectIfClosed() throws(OVSDBError) {
        if connection.isClosed { try reconnect(until: .now + limits.absence) }
    }

    /// Connects again, trying until a deadline.
    private func reconnect(until deadline: Deadline) throws(OVSDBError) {
        var delay = Duration.milliseconds(20)
        while true {
            do {
                return try reconnect()
            } catch {
                guard error.isOfConnection, .now + delay < deadline else { throw error }
                pause(delay)
                delay = min(delay * 2, .milliseconds(500))
            }
        }
    }

    /// Connects again. The effect of the former connection's requests is then known, or they are void: see ``prepare()``.
    func reconnect() throws(OVSDBError) {
        isPrepared = false
        connection = try OVSDBConnection(path: socket, timeout: limits.answer)
    }

    func run(_ transaction: OVSDBTransaction) throws(OVSDBError) -> [OVSDBTransaction.Result] {
        try transaction.results(from: try connection.call("transact", transaction.parameters), socket: socket)
    }

    /// Reads the rows and remembers their identities.
    func read() throws(OVSDBError) -> VswitchState {
        let reading: VswitchReading
        do {
            reading = try readOnce()
        } catch .operation {
            // An older Open vSwitch lacks a column or table. Asking first would cost the others a round trip.
            guard schema == nil else { throw .operation(index: 0, operation: "reading", reason: "refused twice") }
            let answer = try connection.call("get_schema", [.string(OVSDBTransaction.database)])
            schema = try VswitchReading.schema(from: answer, socket: socket)
            reading = try readOnce()
        }
        rows.renew(reading.rows)
        nextCfg = reading.nextCfg
        curCfg = reading.curCfg
        expect(reading.state.ports.values)
        return reading.state
    }

    private func readOnce() throws(OVSDBError) -> VswitchReading {
        let transaction = VswitchReading.transaction(schema: schema, withManagement: readsManagement, known: known)
        return try VswitchReading(try run(transaction), of: transaction, known: known, socket: socket)
    }

    /// Remembers what these ports have, so that the next reading need not have it sent.
    private func expect(_ ports: some Sequence<VswitchRow>) {
        known = VswitchReading.longValues(of: ports, and: known)
    }

    /// Sends what a connection needs before rows can be changed over it: the monitor and the lock. Returns the requests to wait
    /// for; `nil` where the connection has both already.
    ///
    /// The lock is taken from the connection before, if need be: what that one was asked and has not done, it then never
    /// does.
    func sendPreparation() throws(OVSDBError) -> [OVSDBConnection.RequestID]? {
        guard !isPrepared else { return nil }
        // Asks for `cur_cfg`, now and whenever it changes.
        let monitored = JSON.object(["Open_vSwitch": .object(["columns": .array([.string("cur_cfg")])])])
        return [
            try connection.send("monitor", [.string(OVSDBTransaction.database), .string("cur_cfg"), monitored]),
            try connection.send("steal", [.string(lock)]),
        ]
    }

    /// Reads the answers to these requests.
    func finishPreparation(_ requests: [OVSDBConnection.RequestID]?) throws(OVSDBError) {
        guard let requests else { return }
        note(try connection.answer(to: requests[0]))
        _ = try connection.answer(to: requests[1])
        isPrepared = true
    }

    /// The transaction that makes changes over this connection.
    func transaction(making changes: [VswitchChange]) throws(OVSDBError) -> VswitchTransaction {
        expect(changes.filter { $0.table == .port }.compactMap(\.after))
        let missing = try missing(of: rows.dependents(of: changes))
        return try VswitchTransaction(changes, rows: rows, lock: lock, restoring: missing)
    }

    /// The dependent rows among these that no longer exist.
    private func missing(of uuids: [String]) throws(OVSDBError) -> [String] {
        guard !uuids.isEmpty else { return [] }
        var transaction = OVSDBTransaction()
        for uuid in uuids {
            guard let table = rows.dependents[uuid]?.table else { continue }
            transaction.append(.select(from: table, where: [.uuid(rows.current(uuid))], columns: ["_uuid"]))
        }
        return zip(uuids, try run(transaction)).filter { $0.1.rows.isEmpty }.map(\.0)
    }

    /// Notes `cur_cfg` from the monitor: an object of tables, of rows, of `old` and `new` (RFC 7047, 4.1.5).
    func note(_ update: JSON) {
        for row in (update["Open_vSwitch"]?.object ?? [:]).values {
            if let number = row["new"]?["cur_cfg"]?.integer { curCfg = number }
        }
    }
}
