import Foundation

/// A kind of package: how one is made, installed and removed, and XAPI's package in it.
enum PackageFormat: String, CaseIterable {
    case deb, rpm

    /// Our package, of releases 1 and 2, made once for all tests.
    static let made = Result {
        atexit { try? FileManager.default.removeItem(atPath: PackageFormat.directory) }
        return Dictionary(
            uniqueKeysWithValues: try allCases.map { format in
                (format, try [1, 2].map { try format.make(release: $0, in: directory) })
            })
    }

    private static let directory = "/tmp/ifr-packages.\(ProcessInfo.processInfo.processIdentifier)"

    /// What is packed: programs that are linked statically, as the build for release alone links them.
    static let programs =
        ProcessInfo.processInfo.environment["INTERFACE_RECONFIGURE"].map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().path
        } ?? "\(TestBed.repository)/.build/programs/release"

    /// Makes our package (`Scripts/package`); its path.
    func make(release: Int, in directory: String, through wrapper: [String] = []) throws -> String {
        let command = ["\(TestBed.repository)/Scripts/package", rawValue, "-o", directory, "-r", "\(release)"]
        let path = try FreshRoot.onMachine(
            wrapper + command, environment: ["BUILT=\(Self.programs)", "SOURCE_DATE_EPOCH=1700000000"])
        return path.trimmingCharacters(in: .newlines)
    }

    /// What a package of ours needs, as in Debian's field `Depends`.
    func dependencies(of package: String) throws -> String {
        switch self {
        case .deb: try FreshRoot.onMachine(["dpkg-deb", "--field", package, "Depends"])
        // RPM's names of what the scripts need are in every root.
        case .rpm: ""
        }
    }

    /// Installs packages at once, of whatever version was there before; what that said.
    @discardableResult
    func install(_ packages: String..., in root: FreshRoot) throws -> String {
        switch self {
        case .deb:
            let copies = try packages.enumerated().map { index, package in
                let copy = "/tmp/package\(index).deb"
                try? FileManager.default.removeItem(atPath: root.path + copy)
                try FileManager.default.copyItem(atPath: package, toPath: root.path + copy)
                return copy
            }
            return try root.run(["dpkg", "--install"] + copies)
        case .rpm: return try rpm(["--upgrade", "--replacepkgs"] + packages, in: root)
        }
    }

    func remove(_ name: String, from root: FreshRoot) throws {
        switch self {
        case .deb: try root.run("dpkg", "--purge", name)
        case .rpm: try rpm(["--erase", name], in: root)
        }
    }

    /// What the package's own tool finds changed of a package's files.
    func verify(_ name: String, in root: FreshRoot) throws -> String {
        switch self {
        case .deb: try root.run("dpkg", "--verify", name)
        case .rpm: try rpm(["--verify", name], in: root)
        }
    }

    @discardableResult
    private func rpm(_ arguments: [String], in root: FreshRoot) throws -> String {
        try FreshRoot.onMachine(["rpm", "--root", root.path, "--dbpath", "/var/lib/rpm"] + arguments)
    }

    /// Makes a package of XenServer's that has these files, by path, executable.
    func makeXenServers(
        _ name: String = "xapi-core", version: Int, files: [String: String], in directory: String
    ) throws -> String {
        let tree = "\(directory)/\(name)-\(version)"
        for (path, text) in files {
            let url = URL(fileURLWithPath: tree + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path)
        }
        switch self {
        case .deb:
            let control = "Package: \(name)\nVersion: \(version)\nArchitecture: all\nMaintainer: X <x@example.org>\n"
            try FileManager.default.createDirectory(atPath: "\(tree)/DEBIAN", withIntermediateDirectories: true)
            try (control + "Description: \(name)\n").write(
                toFile: "\(tree)/DEBIAN/control", atomically: false, encoding: .utf8)
            try FreshRoot.onMachine(["dpkg-deb", "--root-owner-group", "--build", tree, "\(tree).deb"])
            return "\(tree).deb"
        case .rpm:
            return try makeRPM(name, version: version, of: tree, paths: Array(files.keys), in: directory)
        }
    }

    /// Makes an RPM package of a tree; what the files in it provide and require is found by rpmbuild.
    func makeRPM(
        _ name: String, version: Int, of tree: String, paths: [String], header: String = "", in directory: String
    ) throws -> String {
        let text = """
            Name: \(name)
            Version: \(version)
            Release: 1
            Summary: \(name)
            License: none
            \(header)
            %define __os_install_post %{nil}
            %define debug_package %{nil}
            %description
            %install
            cp --archive \(tree)/. %{buildroot}
            %files
            \(paths.sorted().joined(separator: "\n"))
            """
        let specification = "\(directory)/\(name)-\(version).spec"
        try text.write(toFile: specification, atomically: false, encoding: .utf8)
        try FreshRoot.onMachine([
            "rpmbuild", "-bb", "--define", "_topdir \(directory)/rpmbuild", "--define", "_dbpath \(directory)/rpmdb",
            "--define", "_build_id_links none", "--define", "_binary_payload w0.gzdio", specification,
        ])
        return "\(directory)/rpmbuild/RPMS/x86_64/\(name)-\(version)-1.x86_64.rpm"
    }
}
