internal import NetConfigCore
internal import Glibc
package import SystemPackage

/// The directory that stands for `/` (`--root-prefix`).
package struct RootPrefix: Hashable, Sendable {
    /// The directory; `/` for the host itself.
    package let directory: FilePath

    /// Creates a prefix; by default the host itself.
    package init(_ directory: FilePath = "/") {
        self.directory = directory.lexicallyNormalized()
    }

    /// Where a path of the described host really is: no component of the result is a symbolic link.
    ///
    /// Links and `..` are followed as after `chroot(2)`: an absolute link starts again at the prefix, and nothing leads
    /// out of it. What does not exist is taken as it is written. (`openat2(2)` with `RESOLVE_IN_ROOT` would do the
    /// same; kernel 4.19 of dom0 does not have it.)
    ///
    /// - Throws: `FileError` for a path that is not absolute, and for more links than the kernel would follow (40).
    package func resolve(_ path: String) throws(FileError) -> FilePath {
        guard path.begins(with: "/"), !path.utf8.contains(0) else { throw FileError("resolve", path, .badPath) }
        var waiting = Self.components(of: path).reversed() as [String]
        var done: [String] = []
        var links = 0
        while let component = waiting.popLast() {
            if component == ".." {
                _ = done.popLast()
                continue
            }
            done.append(component)
            guard let target = Self.target(ofLink: place(done)) else { continue }
            links += 1
            guard links <= 40 else { throw FileError("resolve", path, .system(.tooManySymbolicLinkLevels)) }
            _ = done.popLast()
            if target.begins(with: "/") { done = [] }
            waiting += Self.components(of: target).reversed()
        }
        return place(done)
    }

    /// The same for one of many paths that are in few directories: where a directory really is is looked up once.
    func resolve(_ path: String, known directories: inout [FilePath: FilePath]) throws(FileError) -> FilePath {
        guard FilePath(path).lastComponent?.kind == .regular, !path.utf8.contains(0) else { return try resolve(path) }
        let file = try resolveDirectory(of: path, known: &directories)
        return Self.target(ofLink: file) == nil ? file : try resolve(path)
    }

    /// The same, but where the path itself is a link it is not followed: only its directory may be reached through links.
    package func resolveDirectory(of path: String) throws(FileError) -> FilePath {
        var directories: [FilePath: FilePath] = [:]
        return try resolveDirectory(of: path, known: &directories)
    }

    /// The same for one of many paths that are in few directories.
    func resolveDirectory(of path: String, known directories: inout [FilePath: FilePath]) throws(FileError) -> FilePath
    {
        let path = FilePath(path)
        let directory = path.removingLastComponent()
        let place = if let known = directories[directory] { known } else { try resolve(directory.string) }
        directories[directory] = place
        return path.lastComponent.map(place.appending) ?? place
    }

    /// The first of these programs that is below the prefix, else the first that the system has.
    package func program(_ candidates: [String]) -> FilePath? {
        let below = candidates.compactMap { try? resolve($0) }
        return (below + candidates.map { FilePath($0) }).first { unsafe access($0.string, X_OK) == 0 }
    }

    private func place(_ components: [String]) -> FilePath {
        components.reduce(into: directory) { $0.append($1) }
    }

    private static func components(of path: String) -> [String] {
        path.pieces(between: "/").map(String.init).filter { !$0.isExactly(".") }
    }

    /// Where a link leads to, as it says; `nil` for what is no link.
    static func target(ofLink path: FilePath) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path.string, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
