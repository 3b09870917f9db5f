import Foundation
import NetConfigSystem
import Testing

/// Changes that wait to be confirmed.
extension TestBed {
    private static let directory = "/run/interface-reconfigure"

    /// How far the change is that has a guard: the name that its checkpoint has; `nil` where there is none.
    func stage() -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + Self.directory)) ?? []
        let stages = names.filter { $0.hasPrefix("checkpoint.") }.map { String($0.dropFirst("checkpoint.".count)) }
        return stages.first { $0 != "ended" }
    }

    /// Waits until a change is so far.
    func awaitStage(_ stage: String) throws { try wait("the change is \(stage)") { self.stage() == stage } }

    /// Waits until no process is busy with a change any more.
    func awaitGuardsEnd() throws {
        try wait("the guard has ended") { try stage() == nil && isLockFree() }
    }

    /// Whether another run could begin.
    func isLockFree() throws -> Bool {
        try script("flock --nonblock '\(root)\(HostLock.path)' true").status == 0
    }

    /// The process that guards a change.
    func guardian() throws -> Int {
        let found = try script("pgrep --ns $$ --nslist net --exact ifr-guard").output
        return try #require(Int(found.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    /// What became of the last change that had a guard.
    var outcome: String { text("\(Self.directory)/checkpoint.ended") ?? "" }

    /// Starts a run, and waits until it waits to be confirmed.
    func startUnconfirmed(_ arguments: String...) throws -> BackgroundRun {
        let run = try start(arguments)
        try wait("the change is made") {
            try #require(!run.hasEnded, "\(run.errors)")
            return stage() == "unconfirmed"
        }
        return run
    }
}

/// A run of the program in front of a terminal.
struct TerminalRun {
    /// The process that has the other end of the terminal; when it dies, the terminal hangs up.
    let terminal: Int
    fileprivate let files: String
    fileprivate let bed: TestBed

    /// What the terminal shows.
    var shown: String { (try? String(contentsOfFile: files + ".out", encoding: .utf8)) ?? "" }

    /// Types something.
    func type(_ text: String) throws { _ = try bed.shell(#"printf "$2" >"$1.in""#, [files, text]) }

    /// The program's exit status, once it has ended.
    func status() throws -> Int {
        func text() -> String { (try? String(contentsOfFile: files + ".status", encoding: .utf8)) ?? "" }
        try bed.wait("the program ends") { text().hasSuffix("\n") }
        return try #require(Int(text().dropLast()))
    }
}

extension TestBed {
    /// Starts the program on the host, in front of a terminal.
    func startOnTerminal(_ arguments: String...) throws -> TerminalRun {
        let files = "\(directory)/terminal.\(UUID().uuidString)"
        let script = #"""
            f=$1; shift; mkfifo "$f.in"
            (script -qefc "$1" "$f.out" <>"$f.in" >/dev/null 2>&1 &
                p=$!; echo $p >"$f.pid"; wait $p; echo $? >"$f.status") >/dev/null 2>&1 &
            until [ -s "$f.pid" ]; do sleep 0.01; done
            cat "$f.pid"
            """#
        let words = exec(command(arguments)).map { "'\($0)'" }.joined(separator: " ")
        let process = try shell(script, [files, "exec \(words)"]).trimmingCharacters(in: .whitespacesAndNewlines)
        return TerminalRun(terminal: try #require(Int(process)), files: files, bed: self)
    }
}
