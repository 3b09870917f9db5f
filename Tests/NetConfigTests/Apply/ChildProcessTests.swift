import Foundation
import SystemPackage
import Testing

@testable import NetConfigSystem

@Suite("a child process")
struct ChildProcessTests {
    private func shell(_ script: String, environment: [String] = [], input: String? = nil) -> ChildProcess {
        ChildProcess("/bin/sh", ["-c", script], environment: environment, input: input)
    }

    @Test
    func `what it prints is captured, each output for itself`() throws {
        let output = try shell("echo out; echo error >&2").run(timeLimit: .seconds(10))
        #expect(output.standardOutput == "out\n")
        #expect(output.standardError == "error\n")
    }

    @Test(arguments: [0, 1, 300_000])
    func `it reads the text that it is given, also more than a pipe holds`(size: Int) throws {
        let text = String(repeating: "x", count: size)
        #expect(try ChildProcess("/bin/cat", [], input: text).run(timeLimit: .seconds(10)).standardOutput == text)
    }

    @Test
    func `without a text its input is at its end`() throws {
        #expect(try ChildProcess("/bin/cat", []).run(timeLimit: .seconds(10)).standardOutput.isEmpty)
    }

    @Test
    func `its environment is ours alone`() throws {
        let output = try ChildProcess("/usr/bin/env", [], environment: ["PEERDNS=no"]).run(timeLimit: .seconds(10))
        #expect(
            Set(output.standardOutput.split(separator: "\n")) == [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "PEERDNS=no",
            ])
    }

    @Test
    func `it inherits no descriptor, not even one that does not close on exec`() throws {
        let leak = dup(0)
        defer { close(leak) }
        let copy = dup2(leak, 200)
        defer { close(copy) }
        let listing = try ChildProcess("/bin/ls", ["/proc/self/fd"]).run(timeLimit: .seconds(10)).standardOutput
        // The fourth is the directory that ls itself reads.
        #expect(listing.split(separator: "\n") == ["0", "1", "2", "3"])
    }

    @Test
    func `it leads a process group, and blocks and ignores no signal`() throws {
        // No shell: dash blocks all signals while it starts a program.
        let group = try ChildProcess("/usr/bin/cut", ["-d ", "-f1,5", "/proc/self/stat"]).run(timeLimit: .seconds(10))
        let ids = group.standardOutput.dropLast().split(separator: " ")
        #expect(ids.count == 2 && ids[0] == ids[1])
        let status = try ChildProcess("/bin/grep", ["^Sig[BI]", "/proc/self/status"]).run(timeLimit: .seconds(10))
        // 32 and 33 are glibc's own: posix_spawn leaves them ignored, whatever it is asked.
        let expected = ["SigBlk:\t0000000000000000", "SigIgn:\t0000000180000000"]
        #expect(status.standardOutput.split(separator: "\n").map(String.init) == expected)
    }

    @Test
    func `a failure tells the exit status and the last lines of the error output`() throws {
        let error = #expect(throws: ChildProcessError.self) {
            try shell("for i in 1 2 3 4; do echo line $i >&2; done; exit 3").run(timeLimit: .seconds(10))
        }
        #expect(error?.cause == .status(3))
        #expect(error?.description == "/bin/sh failed with exit status 3: line 2; line 3; line 4")
    }

    @Test
    func `an end that the kernel told another waiter is no success`() throws {
        var process = try shell("exit 3").start()
        var status: Int32 = 0
        try #require(unsafe waitpid(process.pid, &status, 0) == process.pid)
        #expect(try process.wait(until: .now + .seconds(10)))
        let error = #expect(throws: ChildProcessError.self) { _ = try process.output() }
        #expect(error?.cause == .untold)
        process.end()
    }

    @Test
    func `one that still runs has not succeeded`() throws {
        var process = try shell("sleep 60").start()
        #expect(throws: ChildProcessError.self) { _ = try process.output() }
        process.end()
        let error = #expect(throws: ChildProcessError.self) { _ = try process.output() }
        #expect(error?.cause == .signal(SIGTERM))
    }

    @Test
    func `a signal that ended it is told`() throws {
        let error = #expect(throws: ChildProcessError.self) { try shell("kill -ABRT $$").run(timeLimit: .seconds(10)) }
        #expect(error?.cause == .signal(6))
    }

    @Test(arguments: [
        ("/no/such/program", "cannot run /no/such/program: no such file or directory"),
        ("/etc/passwd", "cannot run /etc/passwd: permission denied"),
        ("true", "cannot run true: no such file or directory"),
    ])
    func `a program that cannot be started is an error that says why`(program: String, message: String) {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildProcess(.init(program), []).run(timeLimit: .seconds(10))
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        "wait", "trap '' TERM; while true; do wait; done",
    ])
    func `it is ended at its time limit, with its children, also when it will not hear of it`(script: String) throws {
        let directory = try TemporaryDirectory()
        let child = ChildProcess("/bin/sh", ["-c", "sleep 60 & echo $! > \(directory.path)/pid; \(script)"])
        let clock = ContinuousClock()
        var error: ChildProcessError?
        let duration = clock.measure {
            error = #expect(throws: ChildProcessError.self) { try child.run(timeLimit: .milliseconds(300)) }
        }
        #expect(error?.description == "/bin/sh did not exit within 0.3 s and was killed")
        #expect(duration < .seconds(5))
        let pid = try #require(directory.text("/pid").flatMap { pid_t($0.dropLast()) })
        for _ in 0..<100 where ProgramProcess(pid) != nil { usleep(10_000) }
        #expect(ProgramProcess(pid) == nil)
    }

    @Test
    func `a daemon that keeps the outputs open does not hold the run up`() throws {
        var output = ChildProcess.Output?.none
        let duration = try ContinuousClock().measure {
            output = try shell("sleep 5 & echo started").run(timeLimit: .seconds(4))
        }
        #expect(output?.standardOutput == "started\n")
        #expect(duration < .seconds(2))
    }

    @Test
    func `one that prints without end is ended`() {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildProcess("/usr/bin/yes", []).run(timeLimit: .seconds(20))
        }
        #expect(error?.cause == .outputLimit(ChildProcess.outputLimit))
    }

    @Test
    func `it is ended with its children when the run is asked to stop`() throws {
        let directory = try TemporaryDirectory()
        let child = ChildProcess("/bin/sh", ["-c", "sleep 60 & echo $! > \(directory.path)/pid; wait"])
        let start = ContinuousClock.now
        #expect(throws: Interruption(signal: .terminate)) {
            try child.run(timeLimit: .seconds(30)) {
                .now - start > .milliseconds(300) ? Interruption(signal: .terminate) : nil
            }
        }
        #expect(.now - start < .seconds(5))
        let pid = try #require(directory.text("/pid").flatMap { pid_t($0.dropLast()) })
        for _ in 0..<100 where ProgramProcess(pid) != nil { usleep(10_000) }
        #expect(ProgramProcess(pid) == nil)
    }
}
