internal import NetConfigCore
internal import Glibc
internal import SystemPackage

/// The right to change the host's network: one process has it at a time, until this value goes away or the process
/// ends.
///
/// `flock(2)` on a directory, `/run/interface-reconfigure/lock`: the kernel lets go of the lock however its holder dies.
/// A directory that is not empty cannot be removed by an `rm` or a clean-up of old files; of a file that was, the next run
/// would make a second one and have a second lock. Root alone may open it: who can open it can lock it. (`/run/lock`, where
/// locks usually are, is writable by every user on Debian.) Children do not inherit it.
package struct HostLock: ~Copyable {
    /// Another process that has the lock.
    package struct Holder: Equatable, Sendable, CustomStringConvertible {
        /// Its process id.
        package var pid: Int32
        /// Its command line, without secrets.
        package var command: String
        /// When it took the lock, in seconds since 1970.
        package var since: Int
        /// Until when the change that it guards waits to be confirmed, in seconds since 1970; `nil` where none does.
        package var unconfirmedUntil: Int?

        /// Creates one from its parts.
        package init(pid: Int32, command: String, since: Int, unconfirmedUntil: Int? = nil) {
            self.pid = pid
            self.command = command
            self.since = since
            self.unconfirmedUntil = unconfirmedUntil
        }

        /// The value in words, for messages and logs.
        package var description: String {
            let wait = unconfirmedUntil.map { "; unconfirmed until \(localTime($0, "%H:%M:%S"))" }
            return "process \(pid) (\(command)\(wait ?? "")) since \(localTime(since, "%H:%M:%S"))"
        }
    }

    /// The lock could not be had.
    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// Another process still held it at the end of the wait; the holder is `nil` where it did not say who it is.
        case held(by: Holder?, seconds: Int)
        /// The lock file could not be made or locked.
        case file(FileError)

        /// The value in words, for messages and logs.
        package var description: String {
            switch self {
            case .held(let holder, let seconds):
                "cannot lock the network configuration within \(seconds) s: held by "
                    + (holder?.description ?? "another process")
            case .file(let error): "\(error)"
            }
        }
    }

    /// How long a run waits for another one, in seconds.
    package static let patience = 120
    /// The directory that is locked, below the root prefix.
    package static let path = "/run/interface-reconfigure/lock"
    /// The file in it that says who has the lock.
    static let holderName = "holder"
    /// The file that versions up to 0.1.0 locked. One of these may still run when it is upgraded.
    static let olderPath = "/run/lock/interface-reconfigure.lock"

    private let directory: Descriptor
    private let older: Descriptor?
    private let holderPlace: FilePath

    /// The kernel's number of the open directory, for a process that is to hold the lock as well.
    package var number: CInt { directory.number }

    /// Takes the lock.
    ///
    /// - Parameters:
    ///   - root: Below which directory the lock is.
    ///   - command: What others who wait for the lock are told about this process; no secret (``command(_:)``).
    ///   - patience: How long to wait, in seconds.
    ///   - interrupted: Asked while waiting; an answer ends the wait.
    ///   - waiting: Called once, where the lock is not free, with who has it.
    /// - Throws: `HostLock.Failure`, `Interruption`.
    package init(
        below root: RootPrefix, command: String, patience: Int = patience,
        interrupted: () -> Interruption? = { nil }, waiting: (Holder?) -> Void = { _ in }
    ) throws {
        let deadline = ContinuousClock.now + .seconds(patience)
        var isTold = false
        func wait(for place: FilePath) throws {
            let holder = Self.holder(place)
            if !isTold { waiting(holder) }
            isTold = true
            if let interruption = interrupted() { throw interruption }
            guard .now < deadline else { throw Failure.held(by: holder, seconds: patience) }
            pause(.milliseconds(20))
        }
        let place = try root.ownFile(Self.path)
        let holderPlace = place.appending(Self.holderName)
        let directory = try Self.locked(place) { try wait(for: holderPlace) }
        older = try Self.lockedOlder(below: root, whileHeld: wait)
        self.directory = directory
        self.holderPlace = holderPlace
        sign(Holder(pid: getpid(), command: command, since: time(nil)))
    }

    /// Takes over the lock from the process that started this one, which passed on its open directory.
    ///
    /// - Throws: `HostLock.Failure` where this is no lock that is held.
    package init(inherited number: CInt, below root: RootPrefix) throws {
        let place = try root.ownFile(Self.path)
        let holderPlace = place.appending(Self.holderName)
        let directory = Descriptor(owning: number)
        guard Self.isStill(directory, at: place), flock(number, LOCK_EX | LOCK_NB) == 0,
            fcntl(number, F_SETFD, FD_CLOEXEC) == 0
        else { throw Failure.file(FileError("lock", place.string, .system(.badFileDescriptor))) }
        self.directory = directory
        self.holderPlace = holderPlace
        older = nil
    }

    /// Whether some process has the lock.
    package static func isHeld(below root: RootPrefix) throws -> Bool {
        let place = try root.ownFile(path)
        return try !isLocked(open(place), place)
    }

    /// Writes down who has the lock, for those who wait for it. That it cannot be written keeps no run from its work.
    package func sign(_ holder: Holder) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK
        guard let file = try? Descriptor(open: holderPlace, flags, mode: 0o600) else { return }
        let times = "\(holder.since) \(holder.unconfirmedUntil.map(String.init) ?? "")"
        try? file.write("\(holder.pid)\n\(times)\n\(holder.command)\n")
    }

    /// A command line as others may read it: without the session reference, which is as good as a password, however
    /// short its option is written.
    package static func command(_ arguments: [String]) -> String {
        var words: [String] = []
        for argument in arguments {
            let isSecret = words.last.map { $0.utf8.count > 2 && "--session".begins(with: $0) } ?? false
            if isSecret {
                words.append("…")
            } else if let (option, _) = argument.halves(at: "="), option.utf8.count > 2,
                "--session".begins(with: option)
            {
                words.append("\(option)=…")
            } else {
                words.append(argument)
            }
        }
        return words.joined(separator: " ")
    }

    /// Locks the directory; `whileHeld` is called again and again while another process has it.
    private static func locked(_ place: FilePath, whileHeld: () throws -> Void) throws -> Descriptor {
        while true {
            let directory = try open(place)
            // Another process may have removed the directory between our opening and our locking it.
            if try isLocked(directory, place) {
                if isStill(directory, at: place) { return directory }
            } else {
                try whileHeld()
            }
        }
    }

    /// Locks what an older version locks, where there is such a file and it is not another user's.
    private static func lockedOlder(
        below root: RootPrefix, whileHeld: (FilePath) throws -> Void
    ) throws -> Descriptor? {
        let place = try root.resolveDirectory(of: olderPath)
        guard let file = try? Descriptor(open: place, O_RDWR | O_NOFOLLOW | O_NONBLOCK),
            let status = try? file.status(),
            status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink <= 1
        else { return nil }
        while try !isLocked(file, place) { try whileHeld(place) }
        return file
    }

    /// Locks a file unless another process has locked it.
    private static func isLocked(_ file: borrowing Descriptor, _ place: FilePath) throws(Failure) -> Bool {
        do throws(Errno) {
            try Errno.check { flock(file.number, LOCK_EX | LOCK_NB) }
            return true
        } catch .wouldBlock {
            return false
        } catch {
            throw .file(FileError("lock", place.string, .system(error)))
        }
    }

    /// Opens the directory; makes it where it is missing.
    private static func open(_ place: FilePath) throws(Failure) -> Descriptor {
        _ = unsafe mkdir(place.string, 0o700)
        do throws(Errno) {
            let directory = try Descriptor(open: place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            let status = try directory.status()
            guard status.st_uid == geteuid() else { throw .permissionDenied }
            if status.st_mode & 0o777 != 0o700 { try Errno.check { fchmod(directory.number, 0o700) } }
            return directory
        } catch {
            throw .file(FileError("lock", place.string, .system(error)))
        }
    }

    private static func isStill(_ file: borrowing Descriptor, at path: FilePath) -> Bool {
        var there = stat()
        guard let here = try? file.status(), unsafe lstat(path.string, &there) == 0 else { return false }
        return here.st_ino == there.st_ino && here.st_dev == there.st_dev
    }

    /// Who the file says has the lock; `nil` in the moment before the holder has written it.
    private static func holder(_ place: FilePath) -> Holder? {
        let bytes = try? Descriptor(open: place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).read(limit: 4096)
        let lines = String(decoding: bytes ?? [], as: UTF8.self).pieces(between: "\n", atMost: 3)
        let times = lines.dropFirst().first?.words.map { Int($0) } ?? []
        guard lines.count == 3, let pid = Int32(lines[0]), let since = times.first ?? nil else { return nil }
        let command = lines[2].trimmed.shortened(to: 200).printable
        return Holder(
            pid: pid, command: command, since: since, unconfirmedUntil: times.dropFirst().first ?? nil)
    }
}
