import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// The packages on hosts whose network xcp-networkd configures: XenServer since 6.1, and XCP-ng.
@Suite("packages beside xcp-networkd", .serialized)
final class NetworkdPackageTests {
    private static let message = "interface-reconfigure: xcp-networkd configures the network of this host"
    private static let units = ["management-interface.service", "management-interface-cache.service"]
    private static let unitFile = "/usr/lib/systemd/system/xcp-networkd.service"

    /// Where packages are made.
    private let directory = "/tmp/ifr-packages.\(UUID().uuidString.prefix(6))"

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func xapi(_ version: Int, _ format: PackageFormat) throws -> String {
        try format.makeXenServers(version: version, files: PackageFormat.originals(version), in: directory)
    }

    /// A stand-in for xcp-networkd's own package.
    private func networkd(_ format: PackageFormat) throws -> String {
        let unit = "[Service]\nExecStart=/usr/sbin/xcp-networkd\n"
        let files = [Self.unitFile: unit, "/usr/sbin/xcp-networkd": "#!/bin/sh\nexec sleep infinity\n"]
        return try format.makeXenServers("xcp-networkd", version: 1, files: files, in: directory)
    }

    /// Expects XenServer's own programs of a version in their places, and nothing beside them.
    private func expectXenServers(
        _ version: Int, in root: FreshRoot, location: SourceLocation = #_sourceLocation
    ) throws {
        for (path, text) in try PackageFormat.originals(version) {
            #expect(try root.text(path) == text, sourceLocation: location)
            #expect(!root.exists(path + ".original"), sourceLocation: location)
        }
    }

    /// Expects links to ours in all of these places.
    private func expectOurs(in root: FreshRoot, location: SourceLocation = #_sourceLocation) throws {
        for path in try PackageFormat.replaced() {
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: root.path + path)
            #expect(target.hasPrefix("/usr/libexec/interface-reconfigure/"), sourceLocation: location)
        }
    }

    /// Which of the units start at boot.
    private func enabled(in root: FreshRoot) -> [String] {
        Self.units.filter { root.exists("/etc/systemd/system/multi-user.target.wants/\($0)") }
    }

    /// How many times the message is in what an installation said.
    private func messages(_ output: String) -> Int { output.components(separatedBy: Self.message).count - 1 }

    /// Whether systemd would start a unit of ours there.
    private func wouldStart(_ unit: String, in root: FreshRoot) throws -> Bool {
        // What it leaves in /run is systemd's own.
        let command = """
            systemd-analyze condition --unit=\(unit) >/dev/null 2>&1 && echo yes || echo no
            rm -rf /run/systemd
            """
        return try root.run("sh", "-c", command) == "yes\n"
    }

    @Test(arguments: PackageFormat.allCases)
    func `wherever xcp-networkd is found, no unit is enabled and nothing of XAPI's replaced, and one message says so`(
        _ format: PackageFormat
    ) throws {
        let root = try format.root(with: "systemd", making: directory)
        try format.install(xapi(1, format), in: root)
        let places = try PackageFormat.networkd()
        #expect(places.count == 5 && places == HostFile.networkd)
        for place in places {
            try root.write("", to: place)
            let before = try root.files()
            let said = try format.install(format.package(), in: root)
            #expect(messages(said) == 1, "\(place): \(said)")
            try expectXenServers(1, in: root)
            let new = try root.files().symmetricDifference(before)
            // What is looked for by XAPI, systemd and the boot is as before; our own files have come.
            #expect(!new.contains { $0.hasPrefix("opt/") || $0.hasPrefix("etc/") || $0.hasPrefix("var/") }, "\(new)")
            #expect(new.contains { $0.hasPrefix("usr/libexec/interface-reconfigure/management-interface ") })
            for unit in Self.units { #expect(try !wouldStart(unit, in: root), "\(unit), \(place)") }
            #expect(try root.run("interface-reconfigure", "--version").wholeMatch(of: #/[0-9.]+\n/#) != nil)
            // It is said once, and an update is none of XAPI's business either.
            let again = try format.install(format.package(release: 2), in: root)
            #expect(messages(again) == 0, "\(again)")
            try expectXenServers(1, in: root)
            #expect(enabled(in: root).isEmpty)
            try format.remove("interface-reconfigure", from: root)
            let different = try root.files().symmetricDifference(before)
            #expect(different == [], "\(different)")
            try FileManager.default.removeItem(atPath: root.path + place)
        }
    }

    @Test(arguments: PackageFormat.allCases)
    func `XAPI's next version is its own, and stays when ours is removed`(_ format: PackageFormat) throws {
        let root = try format.root(with: "systemd", making: directory)
        try format.install(xapi(1, format), in: root)
        try format.install(networkd(format), in: root)
        try format.install(format.package(), in: root)
        #expect(try messages(format.install(xapi(2, format), in: root)) == 0)
        try expectXenServers(2, in: root)
        try format.remove("interface-reconfigure", from: root)
        try expectXenServers(2, in: root)
        #expect(try format.verify("xapi-core", in: root) == "")
    }

    @Test(arguments: PackageFormat.allCases)
    func `when xcp-networkd comes to a host that has ours, XAPI gets its programs back and the units are disabled`(
        _ format: PackageFormat
    ) throws {
        let root = try format.root(with: "systemd", making: directory)
        try format.install(xapi(1, format), in: root)
        let before = try root.files()
        let said = try format.install(format.package(), in: root)
        #expect(messages(said) == 0, "\(said)")
        try expectOurs(in: root)
        #expect(enabled(in: root) == Self.units)
        for unit in Self.units { #expect(try wouldStart(unit, in: root), "\(unit)") }

        #expect(try messages(format.install(networkd(format), in: root)) == 1)
        try expectXenServers(1, in: root)
        #expect(enabled(in: root).isEmpty)
        // Nor would they start if an administrator enabled them.
        for unit in Self.units { #expect(try !wouldStart(unit, in: root), "\(unit)") }

        // When it goes again nothing changes until ours is installed anew.
        try format.remove("xcp-networkd", from: root)
        try expectXenServers(1, in: root)
        try format.remove("interface-reconfigure", from: root)
        let different = try root.files().symmetricDifference(before)
        #expect(different == [], "\(different)")
        #expect(try messages(format.install(format.package(), in: root)) == 0)
        try expectOurs(in: root)
        #expect(enabled(in: root) == Self.units)
    }

    @Test(arguments: PackageFormat.allCases)
    func `installed at once with XAPI and xcp-networkd, in whatever order, nothing of theirs is replaced either`(
        _ format: PackageFormat
    ) throws {
        let root = try format.root(with: "systemd", making: directory)
        let said = try format.install(format.package(), xapi(1, format), networkd(format), in: root)
        #expect(messages(said) == 1, "\(said)")
        try expectXenServers(1, in: root)
        #expect(enabled(in: root).isEmpty)
        // An update of all of them.
        try format.install(networkd(format), xapi(2, format), format.package(release: 2), in: root)
        try expectXenServers(2, in: root)
        #expect(enabled(in: root).isEmpty)
    }

    @Test(arguments: PackageFormat.allCases)
    func `an update finds an xcp-networkd that came without a package, and gives XAPI its programs back`(
        _ format: PackageFormat
    ) throws {
        let root = try format.root(with: "systemd", making: directory)
        try format.install(xapi(1, format), in: root)
        try format.install(format.package(), in: root)
        try root.write("", to: "/opt/xensource/libexec/xcp-networkd")
        // Before that, systemd starts nothing of ours.
        for unit in Self.units { #expect(try !wouldStart(unit, in: root), "\(unit)") }
        let said = try format.install(format.package(release: 2), in: root)
        #expect(messages(said) == 1, "\(said)")
        try expectXenServers(1, in: root)
        #expect(enabled(in: root).isEmpty)
    }

    @Test(arguments: PackageFormat.allCases)
    func `no start of ovsdb-server deletes a bridge of xcp-networkd's, booted or not`(_ format: PackageFormat) throws {
        let root = try format.root(with: "openvswitch-switch", making: directory)
        try root.write("openvswitch\n", to: "/etc/xensource/network.conf")
        try root.write("", to: "/usr/sbin/xcp-networkd")
        try root.changeBridges("ovs-vsctl --no-wait add-br xenbr0")
        try format.install(format.package(), in: root)
        let marker = "/run/openvswitch.booted"
        // An image that is built has no marker, and neither has the host at its next boot: it is not ours to make there.
        #expect(!root.exists(marker))
        #expect(try root.changeBridges(PackageTests.bootScript(in: root)) == "xenbr0\n")
        #expect(!root.exists(marker))
        // A host that runs has one, for the case that xcp-networkd is removed before the next boot.
        try root.makeDirectory("/run/systemd/system")
        try format.install(format.package(release: 2), in: root)
        #expect(root.exists(marker))
        #expect(try root.changeBridges(PackageTests.bootScript(in: root)) == "xenbr0\n")
        try FileManager.default.removeItem(atPath: root.path + "/usr/sbin/xcp-networkd")
        #expect(try root.changeBridges(PackageTests.bootScript(in: root)) == "xenbr0\n")
    }
}
