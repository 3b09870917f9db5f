internal import Glibc
internal import SystemPackage

/// The replacement of one file in one instant: a reader, and a host that loses power, sees the old file or the new one.
struct FileReplacement {
    /// The file, without symbolic links in its path.
    let file: FilePath
    /// The name for it in errors.
    let name: String

    /// Replaces the file or makes it, with the folders above it.
    func write(_ contents: FileContents) throws(FileError) {
        try refuseSpecialFile("replace")
        do throws(Errno) {
            try makeFolders()
            try removeLitter()
            // O_EXCL and O_NOFOLLOW: whatever somebody may put at this name is never written through.
            let new = try Descriptor(open: temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            do throws(Errno) {
                try new.write(contents.text)
                _ = try Errno.check { fchmod(new.number, mode_t(contents.mode & 0o777)) }
                // Before the rename: else a crash can leave the new name with no contents.
                try new.synchronize()
                _ = try Errno.check { unsafe rename(temporary.string, file.string) }
            } catch {
                try? removeLitter()
                throw error
            }
            try synchronizeFolder()
        } catch {
            throw FileError("replace", name, .system(error))
        }
    }

    /// Removes the file, if it is there.
    func remove() throws(FileError) {
        try refuseSpecialFile("remove")
        do throws(Errno) {
            try removeLitter()
            guard try Self.unlink(file) else { return }
            try synchronizeFolder()
        } catch {
            throw FileError("remove", name, .system(error))
        }
    }

    /// One name, not a new one for each run: what a killed run left is found and removed by the next.
    /// The lock keeps two runs from using it at once; the dot keeps it out of `ifcfg-*`.
    private var temporary: FilePath {
        folder.appending(".\(file.lastComponent?.string ?? "").interface-reconfigure-new")
    }

    private var folder: FilePath { file.removingLastComponent() }

    private func refuseSpecialFile(_ operation: String) throws(FileError) {
        var status = stat()
        guard unsafe lstat(file.string, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(operation, name, .notRegular) }
    }

    private func removeLitter() throws(Errno) { _ = try Self.unlink(temporary) }

    /// Removes a name; `false` where there is none.
    private static func unlink(_ path: FilePath) throws(Errno) -> Bool {
        do throws(Errno) {
            _ = try Errno.check { unsafe Glibc.unlink(path.string) }
            return true
        } catch .noSuchFileOrDirectory, .notDirectory {
            return false
        }
    }

    private func makeFolders() throws(Errno) {
        var missing: [FilePath] = []
        var above = folder
        while unsafe access(above.string, F_OK) != 0, above.lastComponent != nil {
            missing.append(above)
            above.removeLastComponent()
        }
        for folder in missing.reversed() {
            do throws(Errno) {
                _ = try Errno.check { unsafe mkdir(folder.string, 0o755) }
            } catch .fileExists {}
        }
    }

    private func synchronizeFolder() throws(Errno) {
        try Descriptor(open: folder, O_RDONLY | O_DIRECTORY).synchronize()
    }
}
