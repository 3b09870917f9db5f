internal import NetConfigCore
internal import NetConfigSystem
internal import Glibc

/// Everything the guard needs to undo a change that is not confirmed in time or whose gateways do not answer.
struct Checkpoint: Equatable, Codable {
    /// Records that become the host's cache once the change is kept.
    struct Cache: Equatable, Codable {
        var path: String
        var text: String
    }

    /// The command line that makes the change, without secrets.
    var command: String
    /// The process that makes the change.
    var program: Int32
    /// How long the change waits to be confirmed, in seconds; `nil` where it need not be.
    var confirmation: Int?
    /// The gateways that must answer; `nil` where none need to.
    var gateway: GatewayCheck?
    /// Where things are on the host.
    var paths: HostPaths
    /// What switches the host's frames.
    var datapath: Datapath
    /// What to observe before the change can be undone.
    var scope: ObservationScope
    /// Computes the undo.
    var way: Rollback
    /// The cache to write; `nil` where the records are from there.
    var cache: Cache?
    /// What is remembered of the change once it is made.
    var record: HistoryRecord?

    /// What to say of the change once it has been put back.
    func ending(_ report: Report) -> Ending {
        let isWhole = report.notPutBack.isEmpty
        let how = outcome(isWhole ? "was put back" : "could not be put back completely")
        return Ending(isWhole ? .putBack : .incomplete, "\(how): \(report.failure ?? "")")
    }

    /// What to remember of a change that could not be put back completely.
    func record(_ ending: Ending, _ report: Report) -> HistoryRecord {
        var record = record ?? HistoryRecord(time: now(), caller: HistoryRecord.Caller(command: command))
        record.outcome = .incomplete
        record.errors = ending.text.lines().map(String.init)
        record.actions += report.putBack.map { HistoryRecord.Entry($0.action, .putBack, $0.duration) }
        record.actions += report.notPutBack.map(HistoryRecord.Entry.init)
        record.changes = [WayBack(of: way.actions, from: way.before, thenBack: report.putBack.map(\.action))]
        return record
    }

    /// What to say of the change: the command, what became of it, and when.
    func outcome(_ what: String) -> String {
        "the change by '\(command)' \(what) at \(localTime(time(nil), "%Y-%m-%d %H:%M:%S"))"
    }
}
