internal import Glibc
internal import SystemPackage

/// The right to change the host's network: one process has it at a time, until this value goes away or the process
/// ends.
///
/// `flock(2)` on `/run/lock/interface-reconfigure.lock`: the kernel lets go of the lock however its holder dies.
/// Children do not inherit it.
public struct HostLock: ~Copyable {
    /// Another process that has the lock.
    public struct Holder: Equatable, Sendable, CustomStringConvertible {
        /// Its process id.
        public var pid: Int32
        /// Its command line, without secrets.
        public var command: String
        /// When it took the lock, in seconds since 1970.
        public var since: Int
        /// Until when the change that it guards waits to be confirmed, in seconds since 1970; `nil` where none does.
        public var unconfirmedUntil: Int?

        /// The value in words, for messages and logs.
        public var description: String {
            let wait = unconfirmedUntil.map { "; unconfirmed until \(localTime($0, "%H:%M:%S"))" }
            return "process \(pid) (\(command)\(wait ?? "")) since \(localTime(since, "%H:%M:%S"))"
        }
    }

    /// The lock could not be had.
    public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// Somebody else still held it at the end of the wait; the holder is `nil` where it did not say who it is.
        case held(by: Holder?, seconds: Int)
        /// The lock file could not be made or locked.
        case file(FileError)

        /// The value in words, for messages and logs.
        public var description: String {
            switch self {
            case .held(let holder, let seconds):
                "cannot lock the network configuration within \(seconds) s: held by "
                    + (holder?.description ?? "another process")
            case .file(let error): "\(error)"
            }
        }
    }

    /// The lock file, below the root prefix.
    public static let path = "/run/lock/interface-reconfigure.lock"

    private let file: Descriptor

    /// The kernel's number of the open lock file, for a process that is to hold the lock as well.
    var number: CInt { file.number }

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - root: Where the lock file lies.
    ///   - arguments: The command line of this process; the value of `--session` is a secret and is not written down.
    ///   - patience: How long to wait, in seconds.
    ///   - interrupted: Asked while waiting; an answer ends the wait.
    ///   - waiting: Called once, where the lock is not free, with who has it.
    /// - Throws: `HostLock.Failure`, `Interruption`.
    public init(
        below root: RootPrefix, arguments: [String], patience: Int = 120,
        interrupted: () -> Interruption? = { nil }, waiting: (Holder?) -> Void = { _ in }
    ) throws {
        let path = try root.ownFile(Self.path)
        let deadline = ContinuousClock.now + .seconds(patience)
        var isTold = false
        while true {
            let file = try Self.open(path)
            if flock(file.number, LOCK_EX | LOCK_NB) == 0 {
                // Somebody may have removed the file between our opening and our locking it.
                guard Self.isStill(file, at: path) else { continue }
                self.file = file
                sign(Holder(pid: getpid(), command: Self.command(arguments), since: time(nil)))
                return
            }
            if !isTold {
                waiting(Self.holder(file))
                isTold = true
            }
            if let interruption = interrupted() { throw interruption }
            guard .now < deadline else { throw Failure.held(by: Self.holder(file), seconds: patience) }
            pause(.milliseconds(20))
        }
    }

    /// Takes over the lock from the process that started this one, which passed on its open lock file.
    ///
    /// - Throws: `HostLock.Failure` where this is no lock that is held.
    init(inherited number: CInt, below root: RootPrefix) throws {
        let path = try root.ownFile(Self.path)
        let file = Descriptor(owning: number)
        guard Self.isStill(file, at: path), flock(number, LOCK_EX | LOCK_NB) == 0,
            fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else { throw Failure.file(FileError("lock", path.string, .system(.badFileDescriptor))) }
        self.file = file
    }

    /// Whether some process has the lock.
    static func isHeld(below root: RootPrefix) throws -> Bool {
        let file = try open(root.ownFile(path))
        return withExtendedLifetime(file) { flock(file.number, LOCK_EX | LOCK_NB) != 0 }
    }

    /// Writes down who has the lock, for those who wait for it.
    func sign(_ holder: Holder) {
        let times = "\(holder.since) \(holder.unconfirmedUntil.map(String.init) ?? "")"
        guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else { return }
        try? file.write("\(holder.pid)\n\(times)\n\(holder.command)\n")
    }

    /// A command line as others may read it: without the session reference, which is as good as a password, however
    /// short its option is written.
    public static func command(_ arguments: [String]) -> String {
        var words: [String] = []
        for argument in arguments {
            let isSecret = words.last.map { $0.count > 2 && "--session".hasPrefix($0) } ?? false
            if isSecret {
                words.append("…")
            } else if let equals = argument.firstIndex(of: "="), "--session".hasPrefix(argument[..<equals]),
                argument[..<equals].count > 2
            {
                words.append(argument[...equals] + "…")
            } else {
                words.append(argument)
            }
        }
        return words.joined(separator: " ")
    }

    /// Opens the lock file. `/run/lock` is everybody's on some systems: a file there that is not ours is nobody's lock,
    /// and who can read ours could lock it.
    private static func open(_ path: FilePath) throws(Failure) -> Descriptor {
        do throws(Errno) {
            let file = try Descriptor(open: path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
            let status = try file.status()
            // Another name of the same file would be one that somebody wants us to write to.
            guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink <= 1 else {
                throw .permissionDenied
            }
            return file
        } catch {
            throw .file(FileError("lock", path.string, .system(error)))
        }
    }

    private static func isStill(_ file: borrowing Descriptor, at path: FilePath) -> Bool {
        var there = stat()
        guard let here = try? file.status(), unsafe lstat(path.string, &there) == 0 else { return false }
        return here.st_ino == there.st_ino && here.st_dev == there.st_dev
    }

    /// Who the file says has the lock; `nil` in the moment before the holder has written it.
    private static func holder(_ file: borrowing Descriptor) -> Holder? {
        let text = (try? file.read(limit: 4096, fromStart: true)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(separator: "\n", maxSplits: 2)
        let times = lines.dropFirst().first?.split(separator: " ").map { Int($0) } ?? []
        guard lines.count == 3, let pid = Int32(lines[0]), let since = times.first ?? nil else { return nil }
        let command = lines[2].prefix(200).filter { !$0.isNewline }
        return Holder(
            pid: pid, command: String(command), since: since, unconfirmedUntil: times.dropFirst().first ?? nil)
    }
}
