internal import Glibc
internal import SystemPackage

/// A file as it was at some time, to be read later unless it was changed.
package struct FileIdentity: Sendable {
    /// The file.
    package let path: String
    private let limit: Int
    private let seen: Stat?

    /// Looks at a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes that it may have.
    package init(_ path: String, limit: Int) {
        (self.path, self.limit) = (path, limit)
        seen = try? FilePath(path).stat()
    }

    /// Its contents; `nil` where it is not the same any more, or cannot be read.
    package var contents: [UInt8]? {
        guard let seen, let bytes = try? InputFile(path, limit: limit).contents(),
            let now = try? FilePath(path).stat(), now.inode == seen.inode, now.size == seen.size,
            now.st_mtim.tv_sec == seen.st_mtim.tv_sec, now.st_mtim.tv_nsec == seen.st_mtim.tv_nsec
        else { return nil }
        return bytes
    }
}
