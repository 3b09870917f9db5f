internal import Glibc
internal import SystemPackage

/// A file that is replaced as a whole: at any moment, also after a crash or on a full disk, it has its old contents or
/// its new ones.
///
/// Writers are expected to hold the host's lock. Without it the file is still never a mix; the last writer wins.
package struct AtomicFile: Sendable {
    /// The file itself; what the links lead to, where links are followed.
    package let path: String

    /// Names a file; the file need not exist, its directory must. A symbolic link of this name is itself replaced.
    package init(_ path: String) { self.path = path }

    /// Names the file that a path leads to: a symbolic link of this name stays, and what it leads to is replaced.
    ///
    /// - Throws: `FileError` where a link on the way is neither root's nor ours.
    package init(following path: String) throws(FileError) {
        self.path = try FilePath(path).followingTrustedLinks().string
    }

    /// Makes these bytes the file's contents, durably. A file that has them already is not touched.
    ///
    /// The file keeps its owner, and its mode unless one is given; a new one gets mode 0644. The corresponding C
    /// functions are `open`, `write`, `fchown`, `fchmod`, `fsync` and `rename`.
    ///
    /// - Parameters:
    ///   - bytes: the new contents.
    ///   - mode: the permission bits that the file is to have; `nil` for those that it has.
    /// - Returns: whether the file was changed.
    /// - Throws: `FileError`; the old file is then as it was, and nothing is left beside it.
    @discardableResult
    package func replace(with bytes: [UInt8], mode: UInt16? = nil) throws(FileError) -> Bool {
        guard let replacement = try prepare(bytes, mode: mode) else { return false }
        try replacement.commit()
        return true
    }

    /// Makes the file, or replaces it, with these bytes, without waiting until the disk has them: after a loss of power it may
    /// be missing, or empty.
    ///
    /// - Throws: `FileError`; nothing is left beside it then.
    package func makeQuickly(_ bytes: [UInt8], mode: UInt16) throws(FileError) {
        do throws(Errno) {
            TemporaryFile.removeLitter(beside: path)
            var temporary = try TemporaryFile.create(beside: path)
            try temporary.file.write(bytes)
            try temporary.take(nil, mode: mode)
            try temporary.rename(to: path, isDurable: false)
        } catch {
            throw FileError("write", path, .system(error))
        }
    }

    /// Writes what is to become the file's contents, beside it: whatever can fail for want of room or rights fails now.
    ///
    /// - Returns: what is to be committed, `nil` where the file has these bytes already.
    /// - Throws: `FileError`.
    func prepare(_ bytes: [UInt8], mode: UInt16? = nil) throws(FileError) -> Replacement? {
        let old = try status(before: "replace")
        let hasMode = mode == nil || old.map { UInt16($0.permissions.rawValue) } == mode
        guard !hasMode || !has(bytes) else { return nil }
        do {
            TemporaryFile.removeLitter(beside: path)
            let temporary = try TemporaryFile.create(beside: path)
            try temporary.file.write(bytes)
            // Before the mode, which says what an ACL lets the group do.
            if old != nil { temporary.takeAttributes(of: path) }
            try temporary.take(old, mode: mode)
            return Replacement(path: path, temporary: temporary)
        } catch {
            throw FileError("replace", path, .system(error))
        }
    }

    /// Writes over the contents of a file that cannot be replaced, durably. A crash meanwhile can leave a part of them.
    ///
    /// The corresponding C functions are `open`, `pwrite`, `ftruncate` and `fsync`.
    ///
    /// - Throws: `FileError`; the file is then as it was.
    func overwrite(with bytes: [UInt8]) throws(FileError) {
        try FileError.during("write", path) {
            let file = try FileDescriptor.open(FilePath(path), .readWrite, options: [.noFollow, .closeOnExec])
            try file.closeAfter {
                guard try file.stat().type == .regular else { throw FileError("write", path, .notRegular) }
                let old = try InputFile(path, limit: .max).contents()
                do {
                    try Self.write(bytes, to: file)
                } catch {
                    try? Self.write(old, to: file)
                    throw error
                }
            }
        }
    }

    private static func write(_ bytes: [UInt8], to file: FileDescriptor) throws {
        try file.writeAll(toAbsoluteOffset: 0, bytes)
        try Errno.check { ftruncate(file.rawValue, off_t(bytes.count)) }
        try Errno.check { fsync(file.rawValue) }
    }

    /// New contents that wait for their turn. Without it the file stays as it is, and nothing is left beside it.
    struct Replacement: ~Copyable {
        fileprivate let path: String
        fileprivate var temporary: TemporaryFile

        /// Makes them the file's contents, durably.
        consuming func commit() throws(FileError) {
            do throws(Errno) {
                try temporary.rename(to: path)
            } catch {
                throw FileError("replace", path, .system(error))
            }
        }
    }

    /// As ``replace(with:)``, with the text in UTF-8.
    @discardableResult
    package func replace(with text: String) throws(FileError) -> Bool {
        try replace(with: Array(text.utf8))
    }

    /// Removes the file, durably.
    ///
    /// - Returns: whether it was there.
    /// - Throws: `FileError`.
    @discardableResult
    package func remove() throws(FileError) -> Bool {
        _ = try status(before: "remove")
        return try FileError.during("remove", path) {
            TemporaryFile.removeLitter(beside: path)
            guard unsafe unlink(path) == 0 else {
                if errno == ENOENT { return false }
                throw Errno.last
            }
            try? TemporaryFile.synchronizeDirectory(of: path)
            return true
        }
    }

    /// Makes another file the same as this one is now; an existing one is replaced. Takes no space: both are names of one
    /// file, and replacing this one later leaves the other.
    ///
    /// The corresponding C functions are `link` and `rename`; where the file system has no hard links, a copy is made.
    ///
    /// - Throws: `FileError`.
    package func keep(as other: String) throws(FileError) {
        let linked = try FileError.during("keep \(path) as", other) {
            TemporaryFile.removeLitter(beside: other)
            return try TemporaryFile.link(path, as: other)
        }
        guard !linked else { return }
        try AtomicFile(other).replace(with: try InputFile(path, limit: .max).contents())
    }

    /// Whether the file has these bytes already.
    func has(_ bytes: [UInt8]) -> Bool {
        // A link that is to be replaced is not the file that it leads to.
        guard (try? FilePath(path).stat(followTargetSymlink: false))?.type == .regular else { return false }
        return InputFile(path, limit: bytes.count).has(bytes)
    }

    /// What is at the path now; `nil` for nothing.
    private func status(before operation: String) throws(FileError) -> Stat? {
        try FileError.during(operation, path) {
            do {
                let status = try FilePath(path).stat(followTargetSymlink: false)
                guard status.type == .regular || status.type == .symbolicLink else {
                    throw FileError(operation, path, .notRegular)
                }
                // A link has no mode of its own that a file could take.
                return status.type == .regular ? status : nil
            } catch Errno.noSuchFileOrDirectory {
                return nil
            }
        }
    }
}
