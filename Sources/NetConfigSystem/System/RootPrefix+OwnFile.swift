internal import Glibc
package import SystemPackage

extension RootPrefix {
    /// Where a file of this program's own is, its directory made. Other users may not write in that: they could have put a
    /// link or a file of this name there, or take ours away.
    package func ownFile(_ path: String) throws(FileError) -> FilePath {
        let place = try resolveDirectory(of: path)
        var made = directory
        for name in place.removingLastComponent().components.dropFirst(directory.components.count) {
            made.append(name)
            guard unsafe mkdir(made.string, 0o755) != 0, errno != EEXIST else { continue }
            throw FileError("make", made.string, .system(Errno.last))
        }
        try Self.claim(made)
        return place
    }

    /// Reads a file that this program wrote, whole. A link is not followed, and a FIFO is not waited for.
    ///
    /// - Throws: `FileError` where it is another user's, no regular file, or larger.
    package func ownContents(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let place = try resolveDirectory(of: path)
        return try FileError.during("read", place.string) {
            let file = try Descriptor(open: place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("read", place.string, .notRegular) }
            guard status.st_uid == geteuid() else { throw FileError("read", place.string, .foreign) }
            let bytes = try file.read(limit: limit + 1)
            guard bytes.count <= limit else { throw FileError("read", place.string, .tooLarge(limit: limit)) }
            return bytes
        }
    }

    /// Refuses another user's directory, and takes from others the right to write in ours.
    private static func claim(_ directory: FilePath) throws(FileError) {
        do throws(Errno) {
            let opened = try Descriptor(open: directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            let status = try opened.status()
            guard status.st_uid == geteuid() else { throw .permissionDenied }
            let mode = status.st_mode & 0o7777
            if mode & 0o022 != 0 { try Errno.check { fchmod(opened.number, mode & ~0o022) } }
        } catch {
            let cause: FileError.Cause = error == .permissionDenied ? .foreign : .system(error)
            throw FileError("use", directory.string, cause)
        }
    }
}
