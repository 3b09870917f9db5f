import Glibc
import Logging
import NetConfig

/// One run: hands the request to the library and tells the log what came of it.
struct Run {
    let options: Options
    let log: Logger

    /// Does what the command line asks for.
    func perform(_ invocation: Invocation) throws {
        let reconfiguration = Reconfiguration(
            paths: HostPaths(
                rootPrefix: options.rootPrefix.map(Self.absolute) ?? "", ovsdb: options.ovsdb,
                xapi: options.xapiSocket),
            cacheFile: options.cache,
            datapathType: options.datapathType.flatMap(DatapathType.init) ?? .system,
            isManagement: options.management,
            log: log)
        switch invocation {
        case .change(let verb, let subject):
            if options.dryRun {
                show(try reconfiguration.plan(verb, subject))
            } else {
                try reconfiguration.run(verb, subject)
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

    /// A folder's absolute path: children are run with absolute paths only.
    private static func absolute(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private func show(_ plan: Plan) { print(plan.text(undo: options.verbose).printable(), terminator: "") }
}
