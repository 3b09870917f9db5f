import Foundation
import Testing

/// Hosts that packages are installed on, and what XenServer has there.
extension PackageFormat {
    /// What XenServer's own programs are replaced in.
    static func replaced() throws -> [String] { try listed("replaced") }

    /// Where xcp-networkd is looked for.
    static func networkd() throws -> [String] { try listed("networkd") }

    private static func listed(_ target: String) throws -> [String] {
        let paths = try FreshRoot.onMachine(
            ["make", "--no-print-directory", "--silent", "--directory", TestBed.repository, target]
        ).split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(!paths.isEmpty)
        return paths
    }

    static func original(_ path: String, _ version: Int) -> String {
        "#!/bin/sh\necho \(path) of XenServer, version \(version)\n"
    }

    /// XenServer's own programs of a version, by path.
    static func originals(_ version: Int) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try replaced().map { ($0, original($0, version)) })
    }

    /// Our package, of release 1 or 2.
    func package(release: Int = 1) throws -> String { try #require(Self.made.get()[self])[release - 1] }

    /// A root directory in which our package can be installed, and which has other packages of the machine's as well.
    func root(with others: String..., making directory: String) throws -> FreshRoot {
        let needed = try dependencies(of: package()).trimmingCharacters(in: .whitespacesAndNewlines)
        let root = try FreshRoot(dependencies: ([needed] + others).filter { !$0.isEmpty }.joined(separator: ", "))
        if self == .rpm { try install(base(in: directory), in: root) }
        return root
    }

    /// A package for RPM of what every host has: the directories of all packages, a shell and what comes with it, so that RPM can
    /// tell whether ours finds what it needs.
    private func base(in directory: String) throws -> String {
        let tree = "\(directory)/base"
        let directories = ["/opt", "/usr/share/licenses", "/usr/share/man/man5", "/usr/share/man/man8"]
        for directory in directories {
            try FileManager.default.createDirectory(atPath: tree + directory, withIntermediateDirectories: true)
        }
        return try makeRPM(
            "base", version: 1, of: tree, paths: directories,
            header: "Provides: /bin/sh, /usr/bin/awk, coreutils\nAutoReq: no", in: directory)
    }
}
