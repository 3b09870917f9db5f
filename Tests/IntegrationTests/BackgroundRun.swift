import Foundation
import Testing

/// A run of the program that goes on while the test does something else.
struct BackgroundRun {
    /// The program's process.
    let process: Int
    /// The path of its files, without their endings.
    fileprivate let files: String
    fileprivate let bed: TestBed

    /// What it has said so far.
    var errors: String { (try? String(contentsOfFile: files + ".2", encoding: .utf8)) ?? "" }

    /// What it has written to standard output so far.
    var output: String { (try? String(contentsOfFile: files + ".1", encoding: .utf8)) ?? "" }

    /// Whether it has ended.
    var hasEnded: Bool { statusText.hasSuffix("\n") }

    /// Its exit status, once it has ended.
    func status() throws -> Int {
        try bed.wait("process \(process) ends") { hasEnded }
        return try #require(Int(statusText.dropLast()))
    }

    /// Sends it a signal, at which it puts back what it has changed and ends, whatever it was waiting for.
    ///
    /// - Returns: its exit status.
    func interrupt(by signal: String = "TERM") throws -> Int {
        try bed.host("kill", "-\(signal)", "\(process)")
        return try status()
    }

    private var statusText: String { (try? String(contentsOfFile: files + ".status", encoding: .utf8)) ?? "" }
}

extension TestBed {
    /// Starts the program on the host.
    func start(_ arguments: String...) throws -> BackgroundRun { try start(arguments) }

    /// Starts the program on the host, as an argument of another command such as `strace`.
    func start(_ arguments: [String], through wrapper: [String] = []) throws -> BackgroundRun {
        try start(command: wrapper + command(arguments))
    }

    /// The same with any command.
    func start(command: [String]) throws -> BackgroundRun {
        let files = "\(directory)/background.\(UUID().uuidString)"
        let script = #"""
            f=$1; shift
            ("$@" >"$f.1" 2>"$f.2" </dev/null & p=$!; echo $p >"$f.pid"; wait $p; echo $? >"$f.status") >/dev/null 2>&1 &
            until [ -s "$f.pid" ]; do sleep 0.01; done
            cat "$f.pid"
            """#
        let started = try shell(script, [files] + exec(command))
        // Each command on the way replaces itself with the next one, so this is the program, or what it is run
        // through.
        return BackgroundRun(
            process: try #require(Int(started.trimmingCharacters(in: .whitespacesAndNewlines))), files: files, bed: self
        )
    }

    /// Waits until something is so, at most a minute: a kernel that has heard no router asks again after 4 s, then
    /// after 8.
    func wait(_ what: String, for condition: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !condition() {
            try #require(ContinuousClock.now < end, "in a minute never: \(what)")
            usleep(50_000)
        }
    }
}
