/// Reads and changes the configuration of Open vSwitch through ovsdb-server (RFC 7047, ovs-vswitchd.conf.db(5)).
///
/// It keeps one connection, and remembers which rows the names stand for that it read.
public final class OVSDBClient {
    /// The path of ovsdb-server's socket.
    public let socket: String
    /// How many changes were asked of ovs-vswitchd, as far as this client knows.
    public private(set) var nextCfg = 0
    /// Up to which of them ovs-vswitchd has done them, as far as this client knows.
    public private(set) var curCfg = 0

    private let timeout: Duration
    private var connection: OVSDBConnection
    private var isMonitoring = false
    private var readsManagement = false
    private var rows = VswitchRows()
    private var schema: [String: Set<String>]?

    /// Connects to ovsdb-server.
    ///
    /// - Parameters:
    ///   - socket: The path of its Unix socket, at most 107 bytes, such as `/var/run/openvswitch/db.sock`.
    ///   - timeout: How long connecting, and each answer later, may take.
    /// - Throws: ``OVSDBError`` where nobody answers there.
    public init(socket: String, timeout: Duration = .seconds(5)) throws(OVSDBError) {
        self.socket = socket
        self.timeout = timeout
        connection = try OVSDBConnection(path: socket, timeout: timeout)
    }

    /// Reads the bridges that `Open_vSwitch.bridges` lists, with their ports and interfaces, at one moment.
    ///
    /// - Parameter withManagement: Whether to read tables `Manager`, `SSL` and `Flow_Sample_Collector_Set` as well.
    /// - Returns: The rows.
    /// - Throws: ``OVSDBError``.
    public func readState(withManagement: Bool = false) throws(OVSDBError) -> VswitchState {
        try reconnectIfClosed()
        readsManagement = withManagement
        let reading: VswitchReading
        do {
            reading = try read()
        } catch .operation {
            // An older Open vSwitch lacks a column or table. Asking first would cost the others a round trip.
            guard schema == nil else { throw .operation(index: 0, operation: "reading", reason: "twice refused") }
            let answer = try connection.call("get_schema", [OVSDBTransaction.database])
            schema = try VswitchReading.schema(from: answer, socket: socket)
            reading = try read()
        }
        rows.renew(reading.rows)
        nextCfg = reading.nextCfg
        curCfg = reading.curCfg
        return reading.state
    }

    /// How long ovs-vswitchd may take for a change.
    public static let patience = Duration.seconds(20)

    /// Makes changes in one transaction and waits until ovs-vswitchd has done them; all or nothing.
    ///
    /// When ovs-vswitchd does not do them in time, or cannot make an interface, they are taken back.
    ///
    /// - Parameters:
    ///   - changes: Changes to rows as `readState()` read them or an earlier `commit` left them; each row once.
    ///   - timeout: How long ovs-vswitchd may take.
    ///   - waiting: Called each second while it does.
    /// - Throws: ``OVSDBError/guardFailed(_:)`` when the rows are no longer what was read: read again, plan again.
    public func commit(
        _ changes: [VswitchChange], timeout: Duration = patience, waiting: () -> Void = {}
    ) throws(OVSDBError) {
        let changes = changes.filter { $0.before != $0.after }
        guard !changes.isEmpty else { return }
        let known = rows
        do throws(OVSDBError) {
            let committed = try transact(changes)
            do throws(OVSDBError) {
                try finish(committed, timeout: timeout, waiting)
                try check(committed)
            } catch {
                throw takeBack(changes, because: error, timeout: timeout)
            }
        } catch .outcomeUnknown(let cause) {
            throw settle(changes, known: known, cause: cause)
        }
    }

    /// OpenFlow port numbers of interfaces; those that have none are left out.
    public func ofports(of interfaces: [String]) throws(OVSDBError) -> [String: Int] {
        try reconnectIfClosed()
        var transaction = OVSDBTransaction()
        for name in interfaces {
            let condition = OVSDBCondition.column("name", equals: .string(name))
            transaction.append(.select(from: "Interface", where: [condition], columns: ["error", "ofport"]))
        }
        var ofports: [String: Int] = [:]
        for (name, result) in zip(interfaces, try run(transaction)) {
            if case .working(let ofport) = InterfaceHealth(result) { ofports[name] = ofport }
        }
        return ofports
    }

    /// Whether a controller of a bridge is connected.
    public func hasController(_ bridge: String) throws(OVSDBError) -> Bool {
        try reconnectIfClosed()
        var transaction = OVSDBTransaction()
        let condition = OVSDBCondition.column("name", equals: .string(bridge))
        transaction.append(.select(from: "Bridge", where: [condition], columns: ["controller"]))
        transaction.append(.select(from: "Controller", columns: ["_uuid", "is_connected"]))
        let results = try run(transaction)
        let own = results[0].rows.compactMap { $0["controller"].flatMap(OVSDBValue.init) }.flatMap(\.uuids)
        return results[1].rows.contains { row in
            guard case .uuid(let uuid)? = row["_uuid"].flatMap(OVSDBValue.init) else { return false }
            return own.contains(uuid) && row["is_connected"].flatMap(OVSDBValue.init) == .boolean(true)
        }
    }
}

/// What a transaction came to.
private struct Committed {
    var nextCfg: Int
    /// The interfaces that ovs-vswitchd must now have, with their UUIDs.
    var interfaces: [(name: String, uuid: String)]
}

extension OVSDBClient {
    /// A server that was restarted since the last call is no reason to fail: the rows are still there.
    private func reconnectIfClosed() throws(OVSDBError) {
        if connection.isClosed { try reconnect() }
    }

    private func reconnect() throws(OVSDBError) {
        isMonitoring = false
        connection = try OVSDBConnection(path: socket, timeout: timeout)
    }

    private func run(_ transaction: OVSDBTransaction) throws(OVSDBError) -> [OVSDBTransaction.Result] {
        try transaction.results(from: try connection.call("transact", transaction), socket: socket)
    }

    private func read() throws(OVSDBError) -> VswitchReading {
        let transaction = VswitchReading.transaction(schema: schema, withManagement: readsManagement)
        return try VswitchReading(try run(transaction), of: transaction, socket: socket)
    }

    /// Makes changes, without waiting for ovs-vswitchd.
    ///
    /// - Throws: ``OVSDBError/outcomeUnknown(cause:)`` for every failure after which they may have been made.
    private func transact(_ changes: [VswitchChange]) throws(OVSDBError) -> Committed {
        try reconnectIfClosed()
        let work = try VswitchTransaction(changes, rows: rows, restoring: try missing(of: rows.dependents(of: changes)))
        let monitor = isMonitoring ? nil : try connection.send("monitor", MonitorParameters())
        let request: OVSDBConnection.RequestID
        let results: [OVSDBTransaction.Result]
        do {
            request = try connection.send("transact", work.transaction)
            if let monitor { note(try connection.answer(to: monitor)) }
            isMonitoring = true
            results = try work.transaction.results(from: try connection.answer(to: request), socket: socket)
        } catch {
            switch error {
            case .guardFailed, .operation: throw error
            default: throw .outcomeUnknown(cause: error)
            }
        }
        guard let nextCfg = results[work.nextCfgIndex].rows.first?["next_cfg"]?.integer else {
            throw .outcomeUnknown(cause: .malformedAnswer(socket: socket, reason: "no next_cfg"))
        }
        self.nextCfg = nextCfg
        rows.apply(changes, inserted: work.inserts.mapValues { $0.compactMapValues { results[$0].uuid } })
        for (former, index) in work.restored { rows.replacements[rows.current(former)] = results[index].uuid }
        let failedBefore = work.health.filter { InterfaceHealth(results[$0.value]).isFailing }
        let concerned = rows.interfaces(concernedBy: changes).compactMap { name in
            rows.uuids[.interface]?[name].map { (name: name, uuid: $0) }
        }
        // An interface that failed before and only went elsewhere, such as a halted VM's, is not this change's failure.
        return Committed(nextCfg: nextCfg, interfaces: concerned.filter { failedBefore[$0.name] == nil })
    }

    /// Those of some dependent rows that are gone.
    private func missing(of uuids: [String]) throws(OVSDBError) -> [String] {
        guard !uuids.isEmpty else { return [] }
        var transaction = OVSDBTransaction()
        for uuid in uuids {
            guard let table = rows.dependents[uuid]?.table else { continue }
            transaction.append(.select(from: table, where: [.uuid(rows.current(uuid))], columns: ["_uuid"]))
        }
        return zip(uuids, try run(transaction)).filter { $0.1.rows.isEmpty }.map(\.0)
    }

    /// Waits until ovs-vswitchd has carried a transaction out.
    private func finish(
        _ committed: Committed, timeout: Duration, _ waiting: () -> Void = {}
    ) throws(OVSDBError) {
        let deadline = OVSDBConnection.Deadline.now + timeout
        while curCfg < committed.nextCfg {
            guard .now < deadline else {
                throw .notFinished(nextCfg: committed.nextCfg, curCfg: curCfg, seconds: timeout / .seconds(1))
            }
            let next = min(deadline, .now + .seconds(1))
            guard let notification = try connection.notification(deadline: next) else {
                waiting()
                continue
            }
            if notification.method == "update", let changes = notification.parameters.last { note(changes) }
        }
    }

    /// Notes `cur_cfg` from the monitor: an object of tables, of rows, of `old` and `new` (RFC 7047, 4.1.5).
    private func note(_ update: JSON) {
        for row in (update["Open_vSwitch"]?.object ?? [:]).values {
            if let number = row["new"]?["cur_cfg"]?.integer { curCfg = number }
        }
    }

    private func check(_ committed: Committed) throws(OVSDBError) {
        guard !committed.interfaces.isEmpty else { return }
        var transaction = OVSDBTransaction()
        for interface in committed.interfaces { transaction.append(InterfaceHealth.select(interface.uuid)) }
        var failures: [String: String] = [:]
        for (interface, result) in zip(committed.interfaces, try run(transaction)) {
            if case .failing(let reason) = InterfaceHealth(result) { failures[interface.name] = reason }
        }
        guard failures.isEmpty else { throw .interfaces(failures) }
    }

    /// Makes the inverse changes.
    ///
    /// - Returns: The error to throw.
    private func takeBack(_ changes: [VswitchChange], because cause: OVSDBError, timeout: Duration) -> OVSDBError {
        do {
            let committed = try transact(changes.reversed().map(\.inverse))
            // Only where it answered is it worth waiting for; the rows are put back in any case.
            if case .interfaces = cause { try finish(committed, timeout: timeout) }
            return cause
        } catch {
            return .notPutBack(cause: cause, putBack: error)
        }
    }

    /// Takes changes back that may have been made.
    ///
    /// The inverse changes have guards: either they fit, then the changes had been made, or they do not.
    ///
    /// - Returns: The error to throw.
    private func settle(_ changes: [VswitchChange], known: VswitchRows, cause: OVSDBError) -> OVSDBError {
        do {
            try reconnect()
            rows = known
            rows.renew(try read().rows)
            _ = try transact(changes.reversed().map(\.inverse))
            return cause
        } catch .guardFailed {
            return cause
        } catch {
            return .outcomeUnknown(cause: cause)
        }
    }
}

/// Asks for `cur_cfg`, now and whenever it changes.
private struct MonitorParameters: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(OVSDBTransaction.database)
        try container.encode("cur_cfg")
        try container.encode(["Open_vSwitch": ["columns": ["cur_cfg"]]])
    }
}
