internal import Glibc
internal import SystemPackage

/// Which symbolic links lead a process that may write anywhere.
extension FilePath {
    /// What the path leads to, with no link in it.
    ///
    /// A link of root's or of our own is followed. Another user's, in a directory where that user may make one, could lead to
    /// any file of the host, and may have been put there for that.
    ///
    /// - Throws: `FileError` for another user's link, and for more links than the kernel would follow (40).
    func followingTrustedLinks() throws(FileError) -> FilePath {
        var place = isAbsolute ? FilePath("/") : FilePath()
        var waiting = Array(components.reversed())
        var links = 0
        while let component = waiting.popLast() {
            switch component.kind {
            case .currentDirectory: continue
            case .parentDirectory where place.lastComponent?.kind == .regular: place.removeLastComponent()
            case .parentDirectory where place.isAbsolute: continue
            case .parentDirectory, .regular:
                let next = place.appending(component)
                guard let target = try next.trustedTarget() else {
                    place = next
                    continue
                }
                links += 1
                guard links <= 40 else { throw FileError("follow", string, .system(.tooManySymbolicLinkLevels)) }
                if target.isAbsolute { place = FilePath("/") }
                waiting += target.components.reversed()
            }
        }
        return place
    }

    /// What the link of this path says; `nil` where it is none.
    private func trustedTarget() throws(FileError) -> FilePath? {
        guard let link = linkStatus else { return nil }
        guard [0, geteuid()].contains(link.userID.rawValue) else { throw FileError("follow", string, .foreign) }
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard unsafe readlink(string, &bytes, bytes.count - 1) > 0 else { return nil }
        return unsafe bytes.withUnsafeBufferPointer { text in
            unsafe text.baseAddress.map { unsafe FilePath(platformString: $0) }
        }
    }

    /// Whether this is a link that another user has made in a directory that every user may write to: what the kernel does not follow either
    /// where `fs.protected_symlinks` is on.
    var isPlantedLink: Bool {
        guard let link = linkStatus, link.userID.rawValue != geteuid() else { return false }
        let parent = removingLastComponent()
        guard let directory = try? (parent.isEmpty ? "." : parent).stat() else { return false }
        let isEverybodys = directory.permissions.rawValue & 0o1002 == 0o1002
        return isEverybodys && directory.userID != link.userID
    }

    private var linkStatus: Stat? {
        guard let status = try? stat(followTargetSymlink: false), status.type == .symbolicLink else { return nil }
        return status
    }
}
