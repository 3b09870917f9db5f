internal import NetConfigCore
internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file that is written beside the one that it is going to replace, and is gone again if that does not come to pass.
///
/// A writer holds a lock on its temporary file. One that no process has locked is litter of a run that was killed.
struct TemporaryFile: ~Copyable {
    /// The open file.
    let file: Descriptor
    private let path: String
    private var isRenamed = false

    private init(_ file: consuming Descriptor, at path: String) {
        self.file = file
        self.path = path
    }

    deinit { if !isRenamed { unsafe unlink(path) } }

    /// Takes over mode and owner of a file, or another mode; mode 0644 where there is neither.
    func take(_ other: Stat?, mode: UInt16?) throws(Errno) {
        let mine = try file.status()
        if let other, other.userID.rawValue != mine.st_uid || other.groupID.rawValue != mine.st_gid {
            try Errno.check { fchown(file.number, other.userID.rawValue, other.groupID.rawValue) }
        }
        try Errno.check { fchmod(file.number, mode.map(mode_t.init) ?? other?.permissions.rawValue ?? 0o644) }
    }

    /// Takes over what else a file has that says who may do what with it: SELinux label, ACL, capabilities and the
    /// administrator's own attributes. What the file system, or the policy, does not let us set is left as it sets it.
    func takeAttributes(of path: String) {
        var names = [CChar](repeating: 0, count: Int(XATTR_LIST_MAX))
        let length = unsafe llistxattr(path, &names, names.count)
        for name in names.prefix(max(0, length)).split(separator: 0) {
            var value = [UInt8](repeating: 0, count: Int(XATTR_SIZE_MAX))
            let name = String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let size = unsafe lgetxattr(path, name, &value, value.count)
            if size >= 0 { _ = unsafe fsetxattr(file.number, name, value, size, 0) }
        }
    }

    /// Puts the file in another's place, durably: contents first, then the name, then the directory that holds the name.
    ///
    /// The file is replaced once it has the name. That this does not reach the disk is then no failure: nothing could put
    /// the old one back.
    /// Where it need not be durable nothing is waited for.
    mutating func rename(to target: String, isDurable: Bool = true) throws(Errno) {
        if isDurable { try file.synchronize() }
        try Errno.check { unsafe Glibc.rename(path, target) }
        isRenamed = true
        if isDurable { try? Self.synchronizeDirectory(of: target) }
    }

    /// Makes a file known under another name as well, durably.
    ///
    /// - Returns: false where the file system cannot do that.
    static func link(_ path: String, as other: String) throws(Errno) -> Bool {
        let name = Self.prefix(of: other) + suffix()
        guard unsafe Glibc.link(path, name) == 0 else {
            let error = Errno.last
            guard [.notPermitted, .notSupportedOnSocket, .notSupported, .tooManyLinks].contains(error) else {
                throw error
            }
            return false
        }
        // Renaming a file over another name of itself does nothing, so the temporary name may still be there.
        defer { unsafe unlink(name) }
        try Errno.check { unsafe Glibc.rename(name, other) }
        try? synchronizeDirectory(of: other)
        return true
    }

    /// Makes sure that changes of names in a file's directory are on the disk.
    static func synchronizeDirectory(of path: String) throws(Errno) {
        let directory = try Descriptor(open: directory(of: path), O_RDONLY | O_DIRECTORY)
        do throws(Errno) {
            try directory.synchronize()
        } catch {
            // Some file systems have nothing to do for a directory and say EINVAL.
            guard error == .invalidArgument else { throw error }
        }
    }

    /// Removes what killed runs left beside a file.
    static func removeLitter(beside target: String) {
        let directory = directory(of: target)
        let prefix = "." + name(of: target) + marker
        for name in directoryEntries(directory.string) where name.begins(with: prefix) {
            removeIfUnused(directory.appending(name))
        }
    }

    private static func removeIfUnused(_ path: FilePath) {
        guard let file = try? Descriptor(open: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return }
        if flock(file.number, LOCK_EX | LOCK_NB) == 0 { unsafe unlink(path.string) }
    }

    // MARK: Creating

    /// How often a name is tried. A name that is taken, or a file that another run takes for litter, is a rare accident.
    private static let attempts = 16

    /// Creates a temporary file that only its owner can read.
    static func create(beside target: String) throws(Errno) -> TemporaryFile {
        for _ in 0..<attempts {
            let path = prefix(of: target) + suffix()
            let file: Descriptor
            do throws(Errno) {
                file = try Descriptor(open: FilePath(path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            } catch {
                guard error == .fileExists else { throw error }
                continue
            }
            // Between its creation and the lock, another run may have taken the file for litter, and has or had the lock.
            let error = flock(file.number, LOCK_EX | LOCK_NB) == 0 ? nil : Errno.last
            if error == nil, (try? file.status().st_nlink) == 1 { return TemporaryFile(file, at: path) }
            if let error, error != .wouldBlock {
                unsafe unlink(path)
                throw error
            }
        }
        throw .fileExists
    }

    private static let marker = ".new-"

    /// How the path of each temporary file for a file begins.
    private static func prefix(of target: String) -> String {
        directory(of: target).appending("." + name(of: target) + marker).string
    }

    private static func suffix() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 36) }

    private static func directory(of path: String) -> FilePath {
        let directory = FilePath(path).removingLastComponent()
        return directory.isEmpty ? "." : directory
    }

    private static func name(of path: String) -> String { FilePath(path).lastComponent?.string ?? "" }
}
