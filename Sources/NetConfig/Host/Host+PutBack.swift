internal import NetConfigSystem
internal import NetConfigCore

extension Host {
    /// Puts back what a change has left, by looking what there is; `cause` says why the change is not kept.
    ///
    /// Looks again afterwards: what was still going on when a program was killed, what failed, and what others changed
    /// meanwhile may need another attempt.
    func putBack(
        _ way: Rollback, _ scope: ObservationScope, because cause: String, log: (RunEvent) -> Void
    ) -> Report {
        var report = Report()
        report.fatal = Report.Failure(nil, cause: cause)
        var applier = self
        for case .replaceFile(let path, _, _) in way.actions { files.removeLitter(beside: path) }
        for attempt in 1...3 {
            if attempt > 1, !report.notPutBack.isEmpty { pause(.seconds(1)) }
            report.notPutBack = []
            do {
                let actions = way.actions(from: try observe(scope))
                if actions.isEmpty { break }
                Executor.putBack(actions, with: &applier, &report, log)
            } catch {
                report.notPutBack = [Report.Failure(nil, cause: "\(error)")]
                log(.notPutBack(report.notPutBack[0]))
            }
        }
        return report
    }
}
