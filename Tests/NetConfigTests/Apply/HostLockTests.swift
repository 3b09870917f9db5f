import Foundation
import SystemPackage
import Testing

@testable import NetConfigSystem

@Suite("the host lock")
struct HostLockTests {
    @Test
    func `a second run waits, says once for whom, and gives up in time`() throws {
        let directory = try TemporaryDirectory()
        let first = try HostLock(
            below: directory.root,
            command: HostLock.command(["interface-reconfigure", "--session", "OpaqueRef:secret", "--pif=x", "up"]))
        var told: [HostLock.Holder?] = []
        #expect(throws: HostLock.Failure.self) {
            _ = try HostLock(below: directory.root, command: "test", patience: 1, waiting: { told.append($0) })
        }
        #expect(told.count == 1)
        let holder = try #require(told.first ?? nil)
        #expect(holder.pid == getpid())
        #expect(holder.command == "interface-reconfigure --session … --pif=x up")
        let now = time(nil)
        #expect(abs(holder.since - now) < 60)
        _ = consume first
        _ = try HostLock(below: directory.root, command: "test", patience: 0)
    }

    @Test
    func `a holder that is killed blocks no other run`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("4711\n0\nsomebody\n", to: HostLock.path + "/holder", mode: 0o600)
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = ["--no-fork", directory.path + HostLock.path, "sleep", "60"]
        try holder.run()
        // As long as it does not hold the lock we can have it.
        for _ in 0..<500 {
            guard (try? HostLock(below: directory.root, command: "test", patience: 0)) != nil else { break }
            usleep(10_000)
        }
        var waits = 0
        let lock = try HostLock(
            below: directory.root, command: "test", patience: 30,
            waiting: { _ in
                waits += 1
                kill(holder.processIdentifier, SIGKILL)
            })
        #expect(waits == 1)
        holder.waitUntilExit()
        _ = consume lock
    }

    @Test
    func `whether another run has it can be seen without waiting for it`() throws {
        let directory = try TemporaryDirectory()
        #expect(try !HostLock.isHeld(below: directory.root))
        let lock = try HostLock(below: directory.root, command: "test")
        #expect(try HostLock.isHeld(below: directory.root))
        _ = consume lock
        #expect(try !HostLock.isHeld(below: directory.root))
    }

    @Test
    func `a holder says until when its change waits to be confirmed`() throws {
        let directory = try TemporaryDirectory()
        let lock = try HostLock(below: directory.root, command: "test")
        for end in [1_700_000_000, nil] {
            let holder = HostLock.Holder(pid: 4711, command: "up --confirm 5", since: 1, unconfirmedUntil: end)
            lock.sign(holder)
            let failure = try #require(throws: HostLock.Failure.self) {
                _ = try HostLock(below: directory.root, command: "test", patience: 0)
            }
            #expect(failure == .held(by: holder, seconds: 0))
            #expect(failure.description.contains("unconfirmed until") == (end != nil))
        }
        _ = consume lock
    }

    @Test
    func `the lock is another process's only with the open file of the one who has it`() throws {
        let directory = try TemporaryDirectory()
        let lock = try HostLock(below: directory.root, command: "test")
        let heir = try HostLock(inherited: dup(lock.number), below: directory.root)
        _ = consume lock
        #expect(try HostLock.isHeld(below: directory.root))
        _ = consume heir
        #expect(try !HostLock.isHeld(below: directory.root))
        #expect(throws: HostLock.Failure.self) {
            _ = try HostLock(inherited: unsafe open("/dev/null", O_RDONLY), below: directory.root)
        }
        #expect(throws: HostLock.Failure.self) { _ = try HostLock(inherited: 9999, below: directory.root) }
    }

    @Test
    func `a signal ends the wait`() throws {
        let directory = try TemporaryDirectory()
        let first = try HostLock(below: directory.root, command: "test")
        #expect(throws: Interruption(signal: .terminate)) {
            _ = try HostLock(below: directory.root, command: "test", interrupted: { Interruption(signal: .terminate) })
        }
        _ = consume first
    }

    @Test(arguments: ["ln -s ../precious", "ln -s missing", "ln -s ../../precious", "mkfifo", "touch"])
    func `what is no directory of ours is refused as lock, and nothing is written through it`(command: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", to: "/run/precious/holder")
        try directory.write("precious", to: "/precious/holder")
        try directory.write("", to: "/run/interface-reconfigure/attached")
        let script = "cd \(directory.path)/run/interface-reconfigure && \(command) lock"
        try ChildProcess("/bin/sh", ["-c", script]).run(timeLimit: .seconds(10))
        let error = #expect(throws: HostLock.Failure.self) {
            _ = try HostLock(below: directory.root, command: "test", patience: 0)
        }
        #expect(
            error.map(String.init(describing:))?.contains("cannot lock \(directory.path)\(HostLock.path): ") == true)
        #expect(
            directory.text("/run/precious/holder") == "precious" && directory.text("/precious/holder") == "precious")
    }

    @Test
    func `who has it is not written through a link, and that it cannot be written stops no run`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("precious", to: "/precious")
        try directory.link(HostLock.path + "/holder", to: directory.path + "/precious")
        let lock = try HostLock(below: directory.root, command: "test", patience: 0)
        #expect(directory.text("/precious") == "precious")
        #expect(throws: HostLock.Failure.held(by: nil, seconds: 0)) {
            _ = try HostLock(below: directory.root, command: "test", patience: 0)
        }
        _ = consume lock
    }

    @Test(arguments: ["rm -f lock/*", "rm -f lock", "rmdir lock", "find . -type f -delete"])
    func `what removes a file does not make a second lock of it`(command: String) throws {
        let directory = try TemporaryDirectory()
        let lock = try HostLock(below: directory.root, command: "test", patience: 0)
        let script = "cd \(directory.path)/run/interface-reconfigure; \(command) || :"
        try ChildProcess("/bin/sh", ["-ec", script]).run(timeLimit: .seconds(10))
        #expect(throws: HostLock.Failure.self) { _ = try HostLock(below: directory.root, command: "test", patience: 0) }
        _ = consume lock
    }

    @Test
    func `a lock that was removed and made anew while it was awaited is not taken for the one that is there`() throws {
        let directory = try TemporaryDirectory()
        let first = try HostLock(below: directory.root, command: "test", patience: 0)
        let stale = unsafe open(directory.path + HostLock.path, O_RDONLY)
        try FileManager.default.removeItem(atPath: directory.path + HostLock.path)
        _ = consume first
        let second = try HostLock(below: directory.root, command: "test", patience: 0)
        #expect(throws: HostLock.Failure.self) { _ = try HostLock(inherited: stale, below: directory.root) }
        _ = consume second
    }

    @Test
    func `a run of an older version, which has another lock, is waited for`() throws {
        let directory = try TemporaryDirectory()
        try directory.write("4711\n1700000000 \ninterface-reconfigure up\n", to: HostLock.olderPath, mode: 0o600)
        let file = unsafe open(directory.path + HostLock.olderPath, O_RDWR | O_CLOEXEC)
        try #require(flock(file, LOCK_EX | LOCK_NB) == 0)
        let holder = HostLock.Holder(pid: 4711, command: "interface-reconfigure up", since: 1_700_000_000)
        #expect(throws: HostLock.Failure.held(by: holder, seconds: 0)) {
            _ = try HostLock(below: directory.root, command: "test", patience: 0)
        }
        close(file)
        let lock = try HostLock(below: directory.root, command: "test", patience: 0)
        let other = unsafe open(directory.path + HostLock.olderPath, O_RDWR | O_CLOEXEC)
        #expect(flock(other, LOCK_EX | LOCK_NB) != 0, "an older version waits for us")
        close(other)
        _ = consume lock
    }

    @Test(arguments: [
        (["p", "--session", "s", "up"], "p --session … up"), (["p", "--session=s", "up"], "p --session=… up"),
        (["p", "--sess", "s"], "p --sess …"), (["p", "--sess=s"], "p --sess=…"),
        (["p", "--s", "s"], "p --s …"), (["p", "--s=s"], "p --s=…"), (["p", "--", "s"], "p -- s"),
        (["p", "--pif", "r", "up"], "p --pif r up"), (["p", "--session"], "p --session"),
    ])
    func `the session reference is no part of the command line that others read`(arguments: [String], command: String) {
        #expect(HostLock.command(arguments) == command)
    }
}
