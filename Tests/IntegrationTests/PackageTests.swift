import Foundation
import Testing

/// The packages that `make deb` and `make rpm` make, in a root directory that has their dependencies and no more.
@Suite("packages", .serialized)
final class PackageTests {
    /// Where packages are made.
    private let directory = "/tmp/ifr-packages.\(UUID().uuidString.prefix(6))"

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    @Test(arguments: PackageFormat.allCases)
    func `the same programs give the same bytes, whoever makes the package, where and when`(_ format: PackageFormat)
        throws
    {
        let one = try format.package()
        let environment = [
            "env", "TMPDIR=\(directory)", "TZ=Asia/Tokyo", "HOME=\(directory)", "taskset", "--cpu-list", "0",
        ]
        let other = try format.make(
            release: 1, in: "\(directory)/other",
            through: environment + ["sh", "-c", #"umask 077; sleep 1; exec "$@""#, "sh"])
        #expect(FileManager.default.contentsEqual(atPath: one, andPath: other))
        #expect(one != other)
    }

    @Test
    func `the programs need no file but themselves, and say so where there is no /proc`() throws {
        let root = "\(directory)/root"
        for place in ["etc/xensource", "var/xapi", "run", "proc"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(place)", withIntermediateDirectories: true)
        }
        try "bridge\n".write(toFile: "\(root)/etc/xensource/network.conf", atomically: false, encoding: .utf8)
        // There is no DHCP client either.
        try String(contentsOfFile: "\(TestBed.repository)/testdata/cache/original.xml", encoding: .utf8)
            .replacing(">DHCP<", with: ">Static<")
            .write(toFile: "\(root)/var/xapi/network.dbcache", atomically: false, encoding: .utf8)
        for program in ["interface-reconfigure", "openvswitch-cfg-update"] {
            try FileManager.default.copyItem(
                atPath: "\(PackageFormat.programs)/\(program)", toPath: "\(root)/\(program)")
        }
        func run(_ arguments: String..., mounting: String = "mount -t proc proc \"$1/proc\"") throws -> String {
            let script = """
                ip link add eth0 address 52:54:00:00:00:10 type veth peer name p0
                \(mounting)
                chroot "$@" 2>&1 || echo status $?
                """
            return try FreshRoot.onMachine(
                ["unshare", "--mount", "--net", "--pid", "--fork", "sh", "-ec", script, "sh", root] + arguments)
        }
        #expect(try run("/interface-reconfigure", "--version").wholeMatch(of: #/[0-9.]+\n/#) != nil)
        let up = ["--force", "xenbr0", "up"]
        let done = try run("/interface-reconfigure", up[0], up[1], up[2], "--no-syslog", "--verbose")
        #expect(done.contains("create bridge xenbr0 ") && done.contains("\nup xenbr0 done in "), "\(done)")
        #expect(try run("/openvswitch-cfg-update", "<nonsense/>").contains("XENAPI_PLUGIN_FAILURE"))
        let blind = try run("/interface-reconfigure", up[0], up[1], up[2], mounting: ":")
        let said = "interface-reconfigure: /proc is not mounted, so nothing was done; run `mount -t proc proc /proc`"
        #expect(blind.hasPrefix(said) && blind.hasSuffix("\nstatus 1\n"), "\(blind)")
    }

    @Test
    func `the package installs on a host of today that has no library, and the README's commands run there`() throws {
        let root = "\(directory)/root"
        for place in [
            "bin", "dev", "etc/xensource", "etc/firstboot.d/data", "run", "proc", "sys", "tmp", "usr/sbin",
            "var/lib/xcp",
            "var/tmp",
        ] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(place)", withIntermediateDirectories: true)
        }
        for (file, text) in [
            "etc/xensource/network.conf": "bridge\n", "usr/sbin/xcp-networkd": "",
            "etc/xensource-inventory": "MANAGEMENT_INTERFACE='xenbr0'\nCURRENT_INTERFACES='xenbr0'\n",
            "var/lib/xcp/networkd.db": #"""
            {"interface_config": {"xenbr0": {"ipv4_conf": ["Static4", [["192.0.2.10", 24]]], "ipv4_gateway": "192.0.2.1"}},
             "bridge_config": {"xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"]}}}}, "gateway_interface": "xenbr0"}
            """#,
        ] { try text.write(toFile: "\(root)/\(file)", atomically: false, encoding: .utf8) }
        try FreshRoot.onMachine(["mknod", "-m", "666", "\(root)/dev/null", "c", "1", "3"])
        try FreshRoot.onMachine(["cp", "/bin/busybox", "\(root)/bin/busybox"])
        try FreshRoot.onMachine(["chroot", root, "/bin/busybox", "--install", "-s", "/bin"])
        let said = try FreshRoot.onMachine([
            "rpm", "--root", root, "--dbpath", "/var/lib/rpm", "--nodeps", "--upgrade", PackageFormat.rpm.package(),
        ])
        #expect(said.contains("xcp-networkd configures the network of this host"), "\(said)")
        let libraries = try FreshRoot.onMachine(["find", root, "-name", "*.so*"])
        #expect(libraries == "")
        let script = """
            ip link add eth0 address 52:54:00:00:00:10 type veth peer name p0
            mount -t proc proc "$1/proc"
            mount -t sysfs sysfs "$1/sys"
            exec chroot "$1" /bin/sh -exc 'PATH=/usr/sbin:/bin
            interface-reconfigure --version
            interface-reconfigure show
            interface-reconfigure check
            interface-reconfigure --force xenbr0 up --dry-run
            interface-reconfigure reset --device=eth0 --mode=static --ip=192.0.2.20 --netmask=255.255.255.0 --dry-run
            interface-reconfigure --force xenbr0 up --confirm 60 &
            for i in 1 2 3 4 5 6 7 8 9; do interface-reconfigure confirm 2>/dev/null && break || sleep 1; done
            wait %1
            interface-reconfigure show' 2>&1
            """
        let output = try FreshRoot.onMachine([
            "unshare", "--mount", "--net", "--pid", "--fork", "sh", "-ec", script, "sh", root,
        ])
        for part in [
            "networkd.db: no errors in 1 PIF", "create bridge xenbr0", "add address 192.0.2.20/24 to xenbr0",
            "move file /var/lib/xcp/networkd.db", "all attached networks are as configured",
        ] { #expect(output.contains(part), "\(part):\n\(output)") }
    }

    @Test(arguments: ["interface-reconfigure", "openvswitch-cfg-update"])
    func `the programs, stripped, have at most 30 MB`(_ program: String) throws {
        let stripped = "\(directory)/\(program)"
        try FreshRoot.onMachine(["strip", "-o", stripped, "\(PackageFormat.programs)/\(program)"])
        let size = try #require(FileManager.default.attributesOfItem(atPath: stripped)[.size] as? Int)
        #expect((1_000_000...30_000_000).contains(size))
    }

    @Test(arguments: PackageFormat.allCases)
    func `installed, our programs run in place of XenServer's, which come back when the package goes`(
        _ format: PackageFormat
    ) throws {
        let package = try format.package()
        let xapi = try [1, 2].map {
            try format.makeXenServers(version: $0, files: PackageFormat.originals($0), in: directory)
        }
        let root = try format.root(making: directory)
        try format.install(xapi[0], in: root)
        let before = try root.files()

        try format.install(package, in: root)
        try expectOurs(in: root, originals: 1)
        try expectRuns(in: root)
        // Twice the same, then a newer one: what is kept aside are XenServer's still, and not our own of before.
        try format.install(package, in: root)
        try format.install(format.package(release: 2), in: root)
        try expectOurs(in: root, originals: 1)
        // XenServer's update goes where its programs are kept.
        try format.install(xapi[1], in: root)
        try expectOurs(in: root, originals: 2)
        try expectRuns(in: root)

        try format.remove("interface-reconfigure", from: root)
        let different = try root.files().symmetricDifference(before)
        #expect(different == [], "\(different)")
        for (path, text) in try PackageFormat.originals(2) { #expect(try root.text(path) == text) }
        #expect(try format.verify("xapi-core", in: root) == "")
    }

    @Test(arguments: PackageFormat.allCases)
    func `a host that has no such programs has none afterwards`(_ format: PackageFormat) throws {
        let package = try format.package()
        let root = try format.root(making: directory)
        let before = try root.files()
        try format.install(package, in: root)
        try expectRuns(in: root)
        try format.remove("interface-reconfigure", from: root)
        let different = try root.files().symmetricDifference(before)
        #expect(different == [], "\(different)")
    }

    @Test
    func `where XenServer's package goes first, ours stays, and then nothing is left of either`() throws {
        let format = PackageFormat.rpm
        let package = try format.package()
        let xapi = try format.makeXenServers(version: 1, files: PackageFormat.originals(1), in: directory)
        let root = try format.root(making: directory)
        let before = try root.files()
        try format.install(xapi, in: root)
        try format.install(package, in: root)
        try format.remove("xapi-core", from: root)
        for path in try PackageFormat.replaced() {
            #expect(!root.exists(path + ".original"))
            #expect(root.exists(path))
        }
        try expectRuns(in: root)
        try format.remove("interface-reconfigure", from: root)
        let different = try root.files().symmetricDifference(before)
        #expect(different == [], "\(different)")
    }

    @Test(arguments: PackageFormat.allCases)
    func `while packages come, are upgraded and go, there is a program to call at any moment`(_ format: PackageFormat)
        throws
    {
        let packages = try [1, 2].map { try format.package(release: $0) }
        let xapi = try [1, 2].map {
            try format.makeXenServers(version: $0, files: PackageFormat.originals($0), in: directory)
        }
        let root = try format.root(making: directory)
        try format.install(xapi[0], in: root)
        let watch = try ProgramWatch(PackageFormat.replaced(), in: root)
        let steps: [(String, () throws -> Void)] = [
            ("install", { try format.install(packages[0], in: root) }),
            ("upgrade", { try format.install(packages[1], in: root) }),
            ("upgrade of XenServer's", { try format.install(xapi[1], in: root) }),
            ("removal", { try format.remove("interface-reconfigure", from: root) }),
        ]
        for (name, step) in steps {
            let (looks, misses) = try watch.during(step)
            #expect(looks > 50 && misses == [:], "\(name): \(misses)")
        }
    }

    @Test(arguments: PackageFormat.allCases, [true, false])
    func `bridges outlive the next start of ovsdb-server where the package came after the boot, and only there`(
        _ format: PackageFormat, isBooted: Bool
    ) throws {
        let package = try format.package()
        let root = try format.root(with: "openvswitch-switch", making: directory)
        try root.write("openvswitch\n", to: "/etc/xensource/network.conf")
        try root.changeBridges("ovs-vsctl --no-wait add-br xenbr0")
        // What systemd makes where it runs, and an image that is built does not have.
        if isBooted { try root.makeDirectory("/run/systemd/system") }
        try format.install(package, in: root)
        #expect(root.exists("/run/openvswitch.booted") == isBooted)
        #expect(try root.changeBridges(Self.bootScript(in: root)) == (isBooted ? "xenbr0\n" : ""))
        // From now on both have booted.
        try root.changeBridges("ovs-vsctl --no-wait --may-exist add-br xenbr0")
        try format.install(format.package(release: 2), in: root)
        #expect(try root.changeBridges(Self.bootScript(in: root)) == "xenbr0\n")
        // The next boot, with an empty /run, is one again.
        try FileManager.default.removeItem(atPath: root.path + "/run/openvswitch.booted")
        #expect(try root.changeBridges(Self.bootScript(in: root)) == "")
    }

    @Test
    func `bridges outlive an upgrade of Open vSwitch that restarts ovsdb-server before our package is configured`()
        throws
    {
        let package = try PackageFormat.deb.package()
        let root = try PackageFormat.deb.root(with: "openvswitch-switch", making: directory)
        try root.write("openvswitch\n", to: "/etc/xensource/network.conf")
        try root.changeBridges("ovs-vsctl --no-wait add-br xenbr0")
        try root.makeDirectory("/run/systemd/system")
        try FileManager.default.copyItem(atPath: package, toPath: root.path + "/tmp/package.deb")
        try root.run("dpkg", "--unpack", "/tmp/package.deb")
        #expect(try root.changeBridges(Self.bootScript(in: root)) == "xenbr0\n")
        try root.run("dpkg", "--configure", "interface-reconfigure")
        #expect(try root.changeBridges(Self.bootScript(in: root)) == "xenbr0\n")
    }

    /// What the installed drop-in has systemd run when ovsdb-server has started; that it cannot change a firewall is no
    /// failure of the service's.
    static func bootScript(in root: FreshRoot) throws -> String {
        let units = ["/lib/systemd/system", "/usr/lib/systemd/system"].map { $0 + "/ovsdb-server.service.d" }
        let directory = try #require(units.first(where: root.exists))
        let dropIn = try root.text(directory + "/openvswitch-boot.conf")
        let command = try #require(dropIn.firstMatch(of: #/ExecStartPost=-(.*)/#)?.1)
        return "\(command) || :"
    }

    /// Expects our programs in their places, and XenServer's of a version beside them.
    private func expectOurs(in root: FreshRoot, originals version: Int) throws {
        for path in try PackageFormat.replaced() {
            #expect(try root.text(path + ".original") == PackageFormat.original(path, version))
            let name = try #require(path.split(separator: "/").last)
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: root.path + path)
            #expect(target == "/usr/libexec/interface-reconfigure/\(name)")
            #expect(!root.exists(path + ".original.original"))
        }
    }

    /// Expects that what is installed works, the programs and the script of the boot, and that the README tells of it.
    private func expectRuns(in root: FreshRoot) throws {
        let version = try FreshRoot.onMachine(["\(PackageFormat.programs)/interface-reconfigure", "--version"])
        for path in ["/opt/xensource/libexec/interface-reconfigure", "interface-reconfigure"] {
            #expect(try root.run(path, "--version") == version)
        }
        for name in ["openvswitch-cfg-update", "openvswitch-config-update"] {
            let answer = try root.run("/etc/xapi.d/plugins/\(name)", "<nonsense/>")
            #expect(answer.contains("XENAPI_PLUGIN_FAILURE"))
        }
        let host = ["/etc/xensource/network.conf", "/var/xapi/network.dbcache", "/etc/xensource-inventory"]
        defer {
            for file in host + ["/etc/xensource", "/var/xapi"] {
                try? FileManager.default.removeItem(atPath: root.path + file)
            }
        }
        // The script of the boot finds the program, which says what it lacks.
        try root.write("MANAGEMENT_INTERFACE='xenbr0'\n", to: host[2])
        let boot = try root.run("sh", "-c", "/opt/xensource/libexec/management-interface start; echo status $?")
        #expect(boot.contains("/etc/xensource/network.conf") && boot.hasSuffix("status 1\n"), "\(boot)")
        try root.write("bridge\n", to: host[0])
        try root.write(
            String(contentsOfFile: "\(TestBed.repository)/testdata/cache/original.xml", encoding: .utf8), to: host[1])
        let plan = try root.run("interface-reconfigure", "--force", "xenbr0", "up", "--dry-run")
        #expect(plan.contains("create bridge xenbr0 ") && plan.contains("set eth0 master xenbr0 "), "\(plan)")
        let readme = try String(contentsOfFile: "\(TestBed.repository)/README.md", encoding: .utf8)
        let files = readme.matches(of: #/\n\| `(/[^`]+)`/#).map { String($0.1) }
        #expect(files.count > 15)
        for file in files { #expect(root.exists(file) || root.exists(file + ".gz"), "\(file)") }
    }
}
