import Logging
import NetConfig
import Program

/// One run: hands the request to the library and tells the log what came of it.
struct Run {
    let options: Options
    let log: Logger

    /// Does what the command line asks for.
    func perform(_ invocation: Invocation) throws {
        let paths = HostPaths(
            rootPrefix: options.rootPrefix.map(absolutePath) ?? "", ovsdb: options.ovsdb, xapi: options.xapiSocket)
        let reconfiguration = Reconfiguration(
            paths: paths,
            cacheFile: options.cache,
            datapathType: options.datapathType.flatMap(DatapathType.init) ?? .system,
            isManagement: options.management,
            log: log)
        switch invocation {
        case .confirm: print(try reconfiguration.confirm())
        case .guardChange: try Guard.run(on: paths, log: log)
        case .change(let verb, let subject, let conditions):
            if options.dryRun {
                var plan = try reconfiguration.plan(verb, subject)
                if let conditions, !plan.steps.isEmpty { plan.notices.append("would be put back unless \(conditions)") }
                show(plan)
            } else {
                var terminal = Terminal()
                try reconfiguration.run(verb, subject, keptIf: conditions) {
                    terminal?.isConfirmed(secondsLeft: $0) ?? false
                }
            }
        case .rewriteCache(let management):
            if options.dryRun {
                show(try reconfiguration.planRewrite(management))
            } else {
                try reconfiguration.rewrite(management)
            }
        case .rewriteFromXAPI(let access):
            if options.dryRun {
                show(try reconfiguration.planRewrite(from: access))
            } else {
                try reconfiguration.rewrite(from: access)
            }
        }
    }

    private func show(_ plan: Plan) { print(plan.text(undo: options.verbose).printable(), terminator: "") }
}
