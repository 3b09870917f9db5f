internal import NetConfigCore
internal import CLinux
internal import Glibc
package import SystemPackage

/// A program to run as a child: absolute path, no shell, a clean environment, no inherited descriptors.
///
/// This is on `posix_spawn` and not on swift-subprocess, which starts a process as fast (0.8 ms for `/bin/true`,
/// either way). Its interface is asynchronous, and this library is not: a thread of the cooperative pool that waits for
/// a task is one that cannot run it, and on a host with two processors two of them are all. Neither can it leave
/// a process running, as a DHCP client without a lease must be.
package struct ChildProcess: Sendable {
    /// What a program that ended well has printed.
    package struct Output: Equatable, Sendable {
        /// Standard output; bytes that are not UTF-8 as U+FFFD.
        package var standardOutput: String
        /// Standard error output; bytes that are not UTF-8 as U+FFFD.
        package var standardError: String
    }

    /// The most that a program may print, in bytes on each of its two outputs, before it is ended.
    package static let outputLimit = 1 << 20

    /// The program's absolute path.
    package var program: FilePath
    /// The arguments, without the program's name.
    package var arguments: [String]
    /// Variables as `NAME=value`, beside `PATH` and `LC_ALL` where these are not among them.
    package var environment: [String]
    /// The text of the standard input; `/dev/null` where it is `nil`.
    package var input: String?
    /// What the program is told that it is called; `nil` for its path.
    package var name: String?
    /// An open file that it gets as its descriptor 3, and no other one.
    package var inherited: CInt?
    /// Where it runs; `nil` for where we do.
    var directory: String?
    /// Keeps the child in this process's group, so that it may call `setsid(2)`, which fails for a group leader.
    package var beginsSession = false

    /// Describes a program's run.
    package init(_ program: FilePath, _ arguments: [String], environment: [String] = [], input: String? = nil) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.input = input
    }

    /// Describes a program's run like one that there was.
    init(_ program: FilePath, _ command: DHCPClient.Command) {
        self.init(program, command.arguments, environment: command.environment)
        directory = command.directory
    }

    /// Runs the program to its end.
    ///
    /// Waits for this one process only: a daemon that it leaves behind may keep the outputs open. A process that is
    /// still there after `timeLimit` is ended together with its process group, by SIGTERM, then SIGKILL.
    ///
    /// - Parameters:
    ///   - timeLimit: How long it may take.
    ///   - interrupted: Asked about 20 times in a second; an answer ends the program in the same way.
    /// - Returns: What it printed.
    /// - Throws: `ChildProcessError` unless the exit status is 0; `Interruption`.
    @discardableResult
    package func run(timeLimit: Duration, interrupted: () -> Interruption? = { nil }) throws -> Output {
        var process = try start()
        let deadline = ContinuousClock.now + timeLimit
        while try !process.wait(until: min(deadline, .now + .milliseconds(50))) {
            if let interruption = interrupted() {
                process.end()
                throw interruption
            }
            guard .now < deadline else {
                process.end()
                throw ChildProcessError(program, .timeLimit(timeLimit))
            }
        }
        return try process.output()
    }

    /// Starts the program and returns at once.
    package func start() throws(ChildProcessError) -> RunningProcess {
        guard program.isAbsolute else { throw ChildProcessError(program, .notStarted(.noSuchFileOrDirectory)) }
        do throws(Errno) {
            return try spawn()
        } catch {
            throw ChildProcessError(program, .notStarted(error))
        }
    }

    /// What a child has where its own environment says nothing else.
    private static let variables = [
        (name: "PATH=", value: "/usr/sbin:/usr/bin:/sbin:/bin"), (name: "LC_ALL=", value: "C"),
    ]

    private func spawn() throws(Errno) -> RunningProcess {
        let stdin = try standardInput()
        let stdout = try Descriptor.anonymous()
        let stderr = try Descriptor.anonymous()
        // Out of the way of what is laid on the first three: where our caller closed these, it may be one of them.
        let copy = try inherited.map { (number) throws(Errno) in
            try Errno.check { fcntl(number, F_DUPFD_CLOEXEC, 4) }
        }
        defer { copy.map { _ = close($0) } }

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, source) in [stdin.number, stdout.number, stderr.number].enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, source, CInt(number))
        }
        if let directory { _ = unsafe clinux_spawn_in(&actions, directory) }
        // Ours close on exec. Those that our own caller left open do not.
        if let copy { unsafe posix_spawn_file_actions_adddup2(&actions, copy, 3) }
        for number in Self.openDescriptors() where number > (copy == nil ? 2 : 3) {
            unsafe posix_spawn_file_actions_addclose(&actions, number)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        Self.setSignals(&attributes)
        let group = beginsSession ? 0 : POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let variables =
            Self.variables.filter { variable in
                !environment.contains { $0.begins(with: variable.name) }
            }.map { $0.name + $0.value } + environment
        let result = unsafe withCStrings([name ?? program.string] + arguments) { argv in
            unsafe withCStrings(variables) { envp in
                unsafe posix_spawn(&pid, program.string, &actions, &attributes, argv, envp)
            }
        }
        guard result == 0 else { throw Errno(rawValue: result) }
        return RunningProcess(program: program, pid: pid, stdout: stdout, stderr: stderr)
    }

    /// Our caller may have blocked or ignored signals; a child has neither.
    private static func setSignals(_ attributes: inout posix_spawnattr_t) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe posix_spawnattr_setsigmask(&attributes, &set)
        unsafe sigfillset(&set)
        unsafe posix_spawnattr_setsigdefault(&attributes, &set)
    }

    private func standardInput() throws(Errno) -> Descriptor {
        guard let input else { return try Descriptor(open: "/dev/null", O_RDONLY) }
        let descriptor = try Descriptor.anonymous()
        try descriptor.write(input)
        try Errno.check { lseek(descriptor.number, 0, SEEK_SET) }
        return descriptor
    }

    private static func openDescriptors() -> [CInt] {
        directoryEntries("/proc/self/fd").compactMap { CInt($0) }
    }
}

/// Calls `body` with strings as C has them: an array of pointers that ends with a null pointer.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let pointers = unsafe strings.map { unsafe strdup($0) }
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(pointers + [nil])
}
