package import NetConfigCore

/// Changes to rows: what ``PossibleChange`` says is done here.
extension OVSDBClient {
    /// Makes changes in one transaction and waits until ovs-vswitchd has done them; all or nothing.
    ///
    /// When ovs-vswitchd does not do them in time, or cannot make an interface, they are taken back. Whatever becomes of
    /// the connection, the rows are looked at again.
    ///
    /// - Parameters:
    ///   - changes: Changes to rows as `readState()` read them or an earlier `commit` left them; each row once.
    ///   - interrupted: Asked about ten times a second while ovs-vswitchd or ovsdb-server is awaited; an answer has the
    ///     changes taken back.
    ///   - waiting: Called as often.
    /// - Throws: `StillTrying` where they were made, and of the interfaces of a bond some work and others do not;
    ///   `TakenBack` where the changes had been made or may have been and are not there any more. Otherwise nothing was changed:
    ///   ``OVSDBError/guardFailed(_:)`` when the rows are no longer what was read: read again, plan again.
    package func commit(
        _ changes: [VswitchChange], interrupted: () -> Interruption? = { nil }, waiting: () -> Void = {}
    ) throws {
        let changes = changes.filter { $0.before != $0.after }
        guard !changes.isEmpty else { return }
        var course = ChangeCourse(changes, takingBack: false)
        run(&course, interrupted, waiting)
        if let error = course.error { throw error }
        if !course.unusable.isEmpty { throw StillTrying(OVSDBError.interfaces(course.unusable)) }
    }

    /// Takes changes back that were made earlier. It goes on whatever comes in between, and leaves alone what others have
    /// written to the rows since.
    ///
    /// - Parameters:
    ///   - inverse: The inverse of the changes that were made.
    ///   - waiting: Called about ten times a second while ovs-vswitchd or ovsdb-server is awaited.
    /// - Throws: `TakenBack` where something is left of them, or ovs-vswitchd does not follow.
    package func putBack(_ inverse: [VswitchChange], waiting: () -> Void = {}) throws {
        let changes = inverse.reversed().map(\.inverse).filter { $0.before != $0.after }
        guard !changes.isEmpty else { return }
        var course = ChangeCourse(changes, takingBack: true)
        run(&course, { nil }, waiting)
        if let error = course.error { throw error }
    }

    private func run(_ course: inout ChangeCourse, _ interrupted: () -> Interruption?, _ waiting: () -> Void) {
        while !course.change.state.isEnd {
            let event =
                switch course.change.state {
                case .making: make(&course)
                case .made: follow(&course, interrupted, waiting)
                case .takingBack: takeBack(&course)
                case .takenBack: followBack(&course, waiting)
                case .takenBackOutOfTouch: reachAgain(&course, waiting)
                default: look(&course, interrupted, waiting)
                }
            guard let edge = course.change.take(event) else { return }
            trace(edge)
        }
    }
}

extension OVSDBClient {
    private func make(_ course: inout ChangeCourse) -> PossibleChange.Event {
        course.nextCfg = nextCfg
        switch transact(course.changes) {
        case .done(let committed):
            course.committed = committed
            course.allow(limits.change)
            return .answered
        // Nothing was asked for yet.
        case .unsent(let error), .refused(let error):
            course.cause = error
            return .refused
        case .broken(let error):
            course.cause = error
            return .broken
        }
    }

    /// Waits for ovs-vswitchd and asks for the state of the interfaces.
    private func follow(
        _ course: inout ChangeCourse, _ interrupted: () -> Interruption?, _ waiting: () -> Void
    ) -> PossibleChange.Event {
        do throws(OVSDBError) {
            if let interruption = try awaitSwitch(&course, interrupted, waiting) {
                course.cause = interruption
                return .interrupted
            }
            isSwitchLate = false
            course.unusable = try failures(of: course.committed)
            return .followed
        } catch {
            course.cause = error
            switch error {
            case .interfaces: return .failed
            case .notFinished:
                isSwitchLate = true
                return .late
            default: return .broken
            }
        }
    }

    private func takeBack(_ course: inout ChangeCourse) -> PossibleChange.Event {
        switch transact(course.inverse) {
        case .done(let committed):
            course.committed = committed
            course.allow(patienceForInverse(course))
            return .answered
        case .refused(let error):
            course.trouble = error
            // A full disk, or another client that writes all the time: it may be over in a moment.
            pause(.milliseconds(100))
            return .refused
        case .unsent(let error), .broken(let error):
            course.trouble = error
            return .broken
        }
    }

    private func followBack(_ course: inout ChangeCourse, _ waiting: () -> Void) -> PossibleChange.Event {
        do throws(OVSDBError) {
            _ = try awaitSwitch(&course, { nil }, waiting)
            return .followed
        } catch {
            course.trouble = error
            guard case .notFinished = error else { return .broken }
            isSwitchLate = true
            return .late
        }
    }

    /// How long ovs-vswitchd may take for an undo: not long if it seems not to run or the operator waits, longer if the
    /// connection broke and the server must be found again first.
    private func patienceForInverse(_ course: ChangeCourse) -> Duration {
        if isSwitchLate { return limits.inverse }
        let hasBroken = course.trouble?.isOfConnection == true
        return course.cause is Interruption && !hasBroken ? limits.inverse : limits.change
    }

    private func reachAgain(_ course: inout ChangeCourse, _ waiting: () -> Void) -> PossibleChange.Event {
        let isFirst = !course.isReachedAgain
        let event = reach(&course, { nil }, waiting) { () throws(OVSDBError) in .reached }
        course.isReachedAgain = true
        if event == .reached, isFirst { course.allow(patienceForInverse(course)) }
        return event
    }

    /// Connects again and compares the rows with those before and after the change.
    private func look(
        _ course: inout ChangeCourse, _ interrupted: () -> Interruption?, _ waiting: () -> Void
    ) -> PossibleChange.Event {
        let isHeeded = course.change.state != .takingBackInDoubt
        let changes = course.changes
        var traces: ChangeTraces?
        let event = reach(&course, isHeeded ? interrupted : { nil }, waiting) { () throws(OVSDBError) in
            let state = try read()
            traces = ChangeTraces(of: changes.map(rows.updated), in: state)
            return .found
        }
        guard event == .found, let traces else { return event }
        course.committed.nextCfg = nextCfg
        course.foreign = traces.foreign
        course.inverse = traces.takingBack
        switch course.change.state {
        case .makingInDoubt where nextCfg < course.nextCfg + VswitchTransaction.stride: return .absent
        case .makingInDoubt:
            // How the interfaces fared before that only went elsewhere was in the answer that was lost.
            course.committed.interfaces = identities(
                of: rows.interfaces(concernedBy: course.changes).filter { name in
                    course.changes.contains { $0.table == .interface && $0.name == name && !$0.isOfRateOnly }
                })
            course.allow(limits.change)
        default: break
        }
        if traces.takingBack.isEmpty {
            course.allow(patienceForInverse(course))
            return .gone
        }
        return traces.isIntact ? .found : .altered
    }

    /// Connects again, trying for some seconds, and runs some work over the new connection.
    private func reach(
        _ course: inout ChangeCourse, _ interrupted: () -> Interruption?, _ waiting: () -> Void,
        _ work: () throws(OVSDBError) -> PossibleChange.Event
    ) -> PossibleChange.Event {
        let end = course.absenceEnds ?? .now + limits.absence
        course.absenceEnds = end
        var delay = Duration.milliseconds(20)
        while true {
            do throws(OVSDBError) {
                try reconnect()
                try finishPreparation(try sendPreparation())
                let event = try work()
                course.absenceEnds = nil
                return event
            } catch {
                if course.change.state != .makingInDoubt, course.change.state != .madeOutOfTouch {
                    course.trouble = error
                } else if course.cause == nil {
                    course.cause = error
                }
                guard .now + delay < end else { return .unreachable }
            }
            if let interruption = interrupted() {
                course.cause = interruption
                return .interrupted
            }
            waiting()
            pause(delay)
            delay = min(delay * 2, .milliseconds(200))
        }
    }
}

extension OVSDBClient {
    private enum Answer {
        case done(ChangeCourse.Committed)
        /// The server did nothing of it.
        case refused(OVSDBError)
        /// It was never sent.
        case unsent(OVSDBError)
        /// It may have been done.
        case broken(OVSDBError)
    }

    /// Sends the changes, without waiting for ovs-vswitchd.
    private func transact(_ changes: [VswitchChange]) -> Answer {
        let work: VswitchTransaction
        do throws(OVSDBError) {
            try reconnectIfClosed()
            work = try transaction(making: changes)
        } catch {
            return error.isOfConnection ? .unsent(error) : .refused(error)
        }
        do throws(OVSDBError) {
            let preparation = try sendPreparation()
            let request = try connection.send("transact", work.transaction.parameters)
            try finishPreparation(preparation)
            let results = try work.transaction.results(from: try connection.answer(to: request), socket: socket)
            guard let nextCfg = results[work.nextCfgIndex].rows.first?["next_cfg"]?.integer else {
                throw .malformedAnswer(socket: socket, reason: "no next_cfg")
            }
            return .done(note(work, changes, results, nextCfg))
        } catch {
            switch error {
            case .guardFailed, .operation, .rpc(method: "transact", _): return .refused(error)
            default: return .broken(error)
            }
        }
    }

    /// Records the effects of a transaction on the known rows.
    private func note(
        _ work: VswitchTransaction, _ changes: [VswitchChange], _ results: [OVSDBTransaction.Result], _ nextCfg: Int
    ) -> ChangeCourse.Committed {
        self.nextCfg = nextCfg
        rows.apply(changes, inserted: work.inserts.mapValues { $0.compactMapValues { results[$0].uuid } })
        for (former, index) in work.restored {
            if let uuid = results[index].uuid { rows.replace(rows.current(former), by: uuid) }
        }
        let failedBefore = work.health.filter { InterfaceHealth(results[$0.value]).isFailing }
        // An interface that failed before and only went elsewhere, such as a halted VM's, is not this change's failure.
        let concerned = rows.interfaces(concernedBy: changes).filter { failedBefore[$0] == nil }
        return ChangeCourse.Committed(nextCfg: nextCfg, interfaces: identities(of: concerned))
    }

    private func identities(of interfaces: [String]) -> [(name: String, uuid: String)] {
        interfaces.compactMap { name in rows.uuids[.interface]?[name].map { (name: name, uuid: $0) } }
    }

    /// Waits until ovs-vswitchd has carried out a transaction.
    ///
    /// - Returns: The signal that ended the wait.
    private func awaitSwitch(
        _ course: inout ChangeCourse, _ interrupted: () -> Interruption?, _ waiting: () -> Void
    ) throws(OVSDBError) -> Interruption? {
        while curCfg < course.committed.nextCfg {
            let next = min(course.deadline, .now + .milliseconds(100))
            if let notification = try connection.notification(deadline: next) {
                if notification.method == "update", let changes = notification.parameters.last { note(changes) }
                guard curCfg < course.committed.nextCfg else { break }
            }
            if let interruption = interrupted() { return interruption }
            waiting()
            if .now >= course.deadline { try askWhetherFinished(course.committed, course.patience) }
        }
        return nil
    }

    /// Asks once more at the end of the wait: a notification may have been lost.
    private func askWhetherFinished(
        _ committed: ChangeCourse.Committed, _ patience: Duration
    ) throws(OVSDBError) {
        let transaction = OVSDBTransaction(operations: [.select(from: "Open_vSwitch", columns: ["cur_cfg"])])
        if let number = try run(transaction).first?.rows.first?["cur_cfg"]?.integer { curCfg = number }
        guard curCfg < committed.nextCfg else { return }
        throw .notFinished(nextCfg: committed.nextCfg, curCfg: curCfg, seconds: patience / .seconds(1))
    }

    /// Asks for the state of the interfaces.
    ///
    /// - Returns: Those that do not work and are in a bond with one that does.
    /// - Throws: `interfaces` where others do not work.
    private func failures(of committed: ChangeCourse.Committed) throws(OVSDBError) -> [String: String] {
        guard !committed.interfaces.isEmpty else { return [:] }
        var transaction = OVSDBTransaction()
        for interface in committed.interfaces { transaction.append(InterfaceHealth.select(interface.uuid)) }
        var failures: [String: String] = [:]
        for (interface, result) in zip(committed.interfaces, try run(transaction)) {
            if case .failing(let reason) = InterfaceHealth(result) { failures[interface.name] = reason }
        }
        let working = Set(committed.interfaces.map(\.name)).subtracting(failures.keys)
        guard failures.keys.allSatisfy({ !working.isDisjoint(with: rows.neighbours(ofInterface: $0)) }) else {
            throw .interfaces(failures)
        }
        return failures
    }
}
