import Logging
import NetConfig
import NetConfigCore
import NetConfigSystem
import Program
import Synchronization

/// One run: hands the request to the library and tells the log what came of it.
struct Run {
    let options: Options
    let log: Logger

    /// Does what the command line asks for; `false` where it was done, and what was looked at is not in order.
    func perform(_ invocation: Invocation) throws -> Bool {
        let paths = HostPaths(
            rootPrefix: options.rootPrefix.map(absolutePath) ?? "", ovsdb: options.ovsdb, xapi: options.xapiSocket)
        var changes = Reconfiguration.Options()
        changes.isManagement = options.management
        changes.isStrict = options.strict
        changes.takesCards = options.take
        changes.cardPatience = try Invocation.cardPatience(options)
        changes.datapathType = options.datapathType.flatMap(DatapathType.init) ?? .system
        let cancellation = invocation.changesHost(options) ? Cancellation.onSignals() : Cancellation()
        var reconfiguration = Reconfiguration(
            on: paths, cacheFile: options.cache, options: changes,
            command: HostLock.command(CommandLine.arguments), cancellation: cancellation, log: log,
            events: Terminal.waits)
        guard options.report != nil else { return try perform(invocation, reconfiguration, paths) }
        let document = Mutex<RunDocument?>(nil)
        reconfiguration.ended = { ended in document.withLock { $0 = ended } }
        let result = Result { try perform(invocation, reconfiguration, paths) }
        if let document = document.withLock(\.self) { try StandardOutput.write(document.json) }
        return try result.get()
    }

    private func perform(
        _ invocation: Invocation, _ reconfiguration: Reconfiguration, _ paths: HostPaths
    ) throws -> Bool {
        switch invocation {
        case .confirm: try tell([reconfiguration.confirm()])
        case .guardChange: try Guard.run(on: paths, cancellation: .onSignals(), log: log)
        case .change(let verb, let subject, let conditions):
            try change(
                "\(verb) \(subject)", conditions, reconfiguration, plan: { try reconfiguration.plan(verb, subject) }
            ) { confirm in
                try reconfiguration.run(verb, subject, keptIf: conditions, confirm: confirm)
                return []
            }
        case .rewriteCache(let management):
            if options.dryRun {
                try show(reconfiguration.planRewrite(management), of: "rewrite", reconfiguration)
            } else {
                try reconfiguration.rewrite(management)
            }
        case .reset(let reset, let conditions):
            try change(
                "reset", conditions, reconfiguration, plan: { try reconfiguration.planReset(reset) }
            ) { try reconfiguration.reset(reset, keptIf: conditions, confirm: $0) }
        case .rewriteFromXAPI(let access):
            if options.dryRun {
                try show(reconfiguration.planRewrite(from: access), of: "rewrite", reconfiguration)
            } else {
                try reconfiguration.rewrite(from: access)
            }
        case .show(let bridge, let access):
            let overview = try reconfiguration.overview(of: bridge, from: access)
            switch try Invocation.overviewFormat(options) {
            case .text:
                try Terminal.show(overview.text(why: options.why, details: bridge != nil, paint: Terminal.paint))
            case .json: try StandardOutput.write(overview.json)
            case .dot: try StandardOutput.write(overview.dot)
            }
        case .check(let access):
            let inspection = try access.map(reconfiguration.inspectLive) ?? reconfiguration.inspectRecords()
            switch try Invocation.checkFormat(of: options) {
            case .text: try Terminal.show(inspection.text(paint: Terminal.paint))
            case .json: try StandardOutput.write(inspection.json)
            }
            return inspection.errors == 0
        case .history(let number): try show(history: number, of: paths, waiting: reconfiguration.waiting)
        case .undo(let number, let conditions):
            try change(
                "undo", conditions, reconfiguration, plan: { try reconfiguration.planUndo(number) }
            ) { [try reconfiguration.undo(number, keptIf: conditions, confirm: $0)] }
        }
        return true
    }

    /// Says what was done to the host. It is done where that cannot be said, too.
    private func tell(_ sentences: [String]) {
        do throws(OutputError) {
            try StandardOutput.write(sentences.map { "\($0)\n" }.joined())
        } catch {
            log.warning("\(error); what was to be said there:")
            for sentence in sentences { log.warning("\(sentence)") }
        }
    }

    /// Changes the host, or shows what that would do.
    ///
    /// - Parameters:
    ///   - title: What is asked for.
    ///   - conditions: On what the change is kept.
    ///   - reconfiguration: Knows where things are.
    ///   - plan: Makes the plan, with what would keep it from being carried out.
    ///   - run: Makes the change, given what asks the operator at a terminal; what is to be said afterwards.
    /// - Throws: What either of them throws, and what keeps a plan from being carried out.
    private func change(
        _ title: @autoclosure () -> String, _ conditions: KeepingConditions?, _ reconfiguration: Reconfiguration,
        plan: () throws -> (plan: Plan, failure: RunFailure?),
        run: ((Duration) -> KeepingConditions.Answer) throws -> [String]
    ) throws {
        guard !options.dryRun else {
            let (plan, failure) = try plan()
            try show(plan, keptIf: conditions, of: title(), reconfiguration)
            if let failure { throw failure }
            return
        }
        var terminal = Terminal()
        let sentences = try run { terminal?.isConfirmed($0) == true ? .keep : .notYet }
        if options.report == nil, !sentences.isEmpty { tell(sentences) }
    }

    private func show(history number: Int?, of paths: HostPaths, waiting: String?) throws {
        let history = History(below: paths.root)
        let items = try number.map { try history.item($0).map { [$0] } ?? [] } ?? history.items()
        if let number, items.isEmpty {
            throw UnknownRun(number: number)
        }
        switch try Invocation.checkFormat(of: options) {
        case .text:
            try Terminal.show(number == nil ? History.text(items, waiting: waiting) : items.map(\.text).joined())
        case .json: try StandardOutput.write(History.json(items, waiting: waiting))
        }
        if number != nil, case .failure(let error) = items.first?.record { throw error }
    }

    private func show(
        _ plan: Plan, keptIf conditions: KeepingConditions? = nil, of title: String, _ reconfiguration: Reconfiguration
    ) throws {
        var plan = plan
        if let conditions, !plan.steps.isEmpty {
            plan.notices.append("the change would be put back unless \(conditions)")
        }
        switch try Invocation.planFormat(options) {
        case .text: try Terminal.show(plan.text(undo: options.verbose, paint: Terminal.paint))
        case .json: try StandardOutput.write(plan.json)
        case .shell: try StandardOutput.write(plan.shell(title: title, places: reconfiguration.shellPlaces))
        case .dot: try StandardOutput.write(plan.dot(title: title))
        }
    }
}
