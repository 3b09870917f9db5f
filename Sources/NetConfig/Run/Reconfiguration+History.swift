internal import NetConfigCore
internal import NetConfigSystem
internal import Logging

/// What is remembered of runs.
extension Reconfiguration {
    /// Does a run, or a part of the one that is under way. What it does is gathered, and its end is told.
    func recorded<Result>(_ work: (Reconfiguration) throws -> Result) throws -> Result {
        guard course == nil else { return try work(self) }
        let course = RunCourse(command: command)
        var run = self
        run.course = course
        do {
            let result = try work(run)
            ended?(course.document(ending: nil))
            return result
        } catch {
            ended?(course.document(ending: error))
            throw error
        }
    }

    /// Adds what was done to the history. That this fails is no failure of the run.
    func remember(endingWith error: (any Error)?) {
        guard let course, let record = course.recordToKeep(ending: error) else { return }
        if let warning = History(below: root).tryAdding(record) {
            log.warning("\(warning)")
            course.warn([warning])
        }
    }

    /// Puts a new cache in place, and notes that as an action.
    func commit(_ cache: consuming CacheLocation.Prepared?, _ datapath: Datapath) throws {
        if let replacement = try runLog.replace(with: cache.take(), at: cacheLocation, on: paths, datapath) {
            course?.note(replacement)
        }
    }
}
