package import NetConfigCore
internal import CLinux
internal import Glibc
internal import SystemPackage

/// The configuration files of a host: reads them for observation, replaces them for actions.
///
/// Paths are those of the described host; all stay below the root prefix. A symbolic link below `/etc` is followed to
/// its target, so that `/etc/resolv.conf` stays the link that the administrator made of it. Elsewhere lies what only
/// this program and its DHCP clients write: a link there, or another user's file, was planted and counts as none.
package struct ConfigurationFiles: Sendable {
    /// The largest file that is read, in bytes. None of these files has a reason to come near it.
    package static let sizeLimit = 1 << 20

    private let root: RootPrefix

    /// Creates access to the files below a prefix.
    package init(below root: RootPrefix) { self.root = root }

    /// Reads those of the files that exist. Anything but a regular file counts as missing, and is never read:
    /// a FIFO would wait for its writer.
    ///
    /// They are bytes and not text: a comment in an old encoding neither keeps a host off its network nor changes.
    ///
    /// - Throws: `FileError` where a file is there and cannot be read, or is larger than ``sizeLimit``.
    package func read(_ paths: some Sequence<String>) throws(FileError) -> [String: FileContents] {
        var result: [String: FileContents] = [:]
        var directories: [FilePath: FilePath] = [:]
        for path in paths { result[path] = try read(path, known: &directories) }
        return result
    }

    /// Reads those of the files that exist, and says what is in the way of the others: what cannot be read, and below `/etc` a
    /// link that leads nowhere, or to what is no file or another program's.
    ///
    /// - Returns: The files, and a clause for each of the others.
    package func look(at paths: some Sequence<String>) -> (files: [String: FileContents], obstacles: [String: String]) {
        var (found, obstacles): ([String: FileContents], [String: String]) = ([:], [:])
        var directories: [FilePath: FilePath] = [:]
        for path in paths {
            do throws(FileError) {
                found[path] = try read(path, known: &directories)
                obstacles[path] = obstacle(at: path, isFile: found[path] != nil, known: &directories)
            } catch {
                obstacles[path] = error.reason
            }
        }
        return (found, obstacles)
    }

    private func obstacle(at path: String, isFile: Bool, known directories: inout [FilePath: FilePath]) -> String? {
        guard Self.isAdministrators(path), let place = try? root.resolveDirectory(of: path, known: &directories) else {
            return nil
        }
        var status = stat()
        guard unsafe lstat(place.string, &status) == 0 else { return nil }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        guard !isFile || isLink else { return nil }
        let target = isLink ? RootPrefix.target(ofLink: place) : nil
        let end = isLink ? (try? root.resolve(path)) ?? place : place
        if end.string.begins(with: root.directory.appending("run/systemd/resolve").string + "/") {
            return "it is a symbolic link into /run/systemd/resolve, which systemd-resolved manages"
        }
        guard unsafe lstat(end.string, &status) == 0 else {
            return target.map { "it is a symbolic link to \($0), which does not exist" }
        }
        return isFile ? nil : FileError("replace", path, .notRegular).reason
    }

    /// Replaces a file, or removes it where `contents` is `nil`. A file that something is mounted on (`mount --bind`) is
    /// written in its place.
    ///
    /// - Throws: `FileError`; the file is then as it was.
    package func replace(_ path: String, with contents: FileContents?) throws(FileError) {
        let file = try place(of: path)
        // What was planted there counts as none, so that its loss takes nothing away.
        try clear(path)
        guard let contents else {
            try AtomicFile(file.string).remove()
            return
        }
        var made: [FilePath] = []
        do {
            try FileError.during("replace", path) { try Self.makeDirectories(above: file, &made) }
            try Self.replace(AtomicFile(file.string), with: contents)
        } catch {
            for directory in made.reversed() { _ = unsafe rmdir(directory.string) }
            throw error
        }
    }

    private static func replace(_ file: AtomicFile, with contents: FileContents) throws(FileError) {
        do throws(FileError) {
            try file.replace(with: contents.bytes, mode: contents.mode & 0o777)
        } catch {
            // What the kernel says of a mount, and of a directory on a file system that cannot be written.
            guard error.cause == .system(.resourceBusy) || error.cause == .system(.readOnlyFileSystem) else {
                throw error
            }
            do throws(FileError) { try file.overwrite(with: contents.bytes) } catch _ { throw error }
        }
    }

    /// Gives a file another name, durably.
    ///
    /// - Throws: `FileError` where there is no such file, or one of the new name; nothing is changed then.
    package func move(_ path: String, to other: String) throws(FileError) {
        let (old, new) = (try place(of: path), try place(of: other))
        try FileError.during("move \(old) to", new.string) {
            try Errno.check { unsafe clinux_move(old.string, new.string) }
            try? TemporaryFile.synchronizeDirectory(of: new.string)
        }
    }

    /// Removes a link or another user's file from where only this program and its children write. A child may then open
    /// the path to write, whether it follows links or not.
    ///
    /// - Throws: `FileError` where something else than a file is in the way.
    func clear(_ path: String) throws(FileError) {
        var status = stat()
        let file = try place(of: path)
        guard !Self.isAdministrators(path), unsafe lstat(file.string, &status) == 0, !Self.isOurs(status) else {
            return
        }
        // What another user has planted in a directory of everybody's goes, a FIFO too.
        guard status.st_uid != geteuid() else {
            try AtomicFile(file.string).remove()
            return
        }
        _ = try FileError.during("remove", path) { try Errno.check { unsafe unlink(file.string) } }
    }

    /// Whether an administrator may have put the file there as it is.
    private static func isAdministrators(_ path: String) -> Bool { path.begins(with: "/etc/") }

    private static func isOurs(_ status: stat) -> Bool {
        status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid()
    }

    /// Where a file really is.
    private func place(of path: String) throws(FileError) -> FilePath {
        var directories: [FilePath: FilePath] = [:]
        return try place(of: path, known: &directories)
    }

    private func place(of path: String, known directories: inout [FilePath: FilePath]) throws(FileError) -> FilePath {
        Self.isAdministrators(path)
            ? try root.resolve(path, known: &directories) : try root.resolveDirectory(of: path, known: &directories)
    }

    /// Removes what a run that was killed while it replaced a file left beside it.
    package func removeLitter(beside path: String) {
        if let file = try? place(of: path) { TemporaryFile.removeLitter(beside: file.string) }
    }

    /// Makes the directories that a file is in, as far as they are missing.
    private static func makeDirectories(above file: FilePath, _ made: inout [FilePath]) throws(Errno) {
        var missing: [FilePath] = []
        var directory = file.removingLastComponent()
        while unsafe access(directory.string, F_OK) != 0, directory.lastComponent != nil {
            missing.append(directory)
            directory.removeLastComponent()
        }
        for directory in missing.reversed() {
            do throws(Errno) {
                try Errno.check { unsafe mkdir(directory.string, 0o755) }
                made.append(directory)
            } catch .fileExists {}
        }
    }

    /// Those of the paths that are directories.
    package func directories(among paths: some Sequence<String>) -> Set<String> {
        Set(paths.filter { status($0).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false })
    }

    /// Those of the paths that are regular files.
    package func existing(among paths: some Sequence<String>) -> Set<String> {
        Set(paths.filter { status($0).map { $0.st_mode & S_IFMT == S_IFREG } ?? false })
    }

    /// Those of the paths that are programs below the prefix: regular files that some user may run.
    package func programs(among paths: some Sequence<String>) -> Set<String> {
        Set(paths.filter { status($0).map { $0.st_mode & S_IFMT == S_IFREG && $0.st_mode & 0o111 != 0 } ?? false })
    }

    private func read(
        _ path: String, known directories: inout [FilePath: FilePath]
    ) throws(FileError) -> FileContents? {
        let file = try place(of: path, known: &directories)
        let contents: (bytes: [UInt8], mode: mode_t)?
        do throws(Errno) {
            contents = try Self.contents(of: file, ofAnybody: Self.isAdministrators(path))
        } catch {
            throw FileError("read", path, .system(error))
        }
        guard let contents else { return nil }
        guard contents.bytes.count <= Self.sizeLimit else {
            throw FileError("read", path, .tooLarge(limit: Self.sizeLimit))
        }
        return FileContents(contents.bytes, mode: UInt16(contents.mode & 0o777))
    }

    private static func contents(
        of file: FilePath, ofAnybody: Bool
    ) throws(Errno) -> (bytes: [UInt8], mode: mode_t)? {
        do throws(Errno) {
            // O_NONBLOCK: a FIFO opens at once and is then seen for what it is.
            let descriptor = try Descriptor(open: file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try descriptor.status()
            guard ofAnybody ? status.st_mode & S_IFMT == S_IFREG : isOurs(status) else { return nil }
            return (try descriptor.read(limit: sizeLimit + 1), status.st_mode)
        } catch .noSuchFileOrDirectory, .notDirectory, .noSuchAddressOrDevice, .tooManySymbolicLinkLevels {
            // The last two are what a socket and a link say.
            return nil
        }
    }

    private func status(_ path: String) -> stat? {
        guard let file = try? root.resolve(path) else { return nil }
        var result = stat()
        return unsafe lstat(file.string, &result) == 0 ? result : nil
    }
}
