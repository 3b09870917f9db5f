import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// The boot units, as `systemd-analyze` sees them on a host on which everything is where it is installed.
@Suite("the boot units")
struct BootUnitTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    private static let units = "/lib/systemd/system"
    private static let unit = "\(units)/management-interface.service"

    /// A directory that stands for a host's root, with systemd's and Open vSwitch's units.
    private final class Root {
        let path = NSTemporaryDirectory() + "boot-units.\(UUID().uuidString)"

        init() throws {
            for directory in ["/bin", "/lib/systemd", "/opt/xensource/libexec", "/usr/share/openvswitch"] {
                try FileManager.default.createDirectory(atPath: path + directory, withIntermediateDirectories: true)
            }
            for directory in [units, "/usr/share/openvswitch/scripts"] {
                try FileManager.default.copyItem(atPath: directory, toPath: path + directory)
            }
            try FileManager.default.copyItem(atPath: "/bin/true", toPath: path + "/bin/true")
            let dropIns = "\(units)/ovsdb-server.service.d"
            try FileManager.default.createDirectory(atPath: path + dropIns, withIntermediateDirectories: true)
            for (name, directory) in [
                ("management-interface", "/opt/xensource/libexec"), ("openvswitch-boot", "/opt/xensource/libexec"),
                ("management-interface.service", units), ("management-interface-cache.service", units),
                ("openvswitch-boot.conf", dropIns),
            ] {
                try FileManager.default.copyItem(
                    atPath: "\(repository)/boot/\(name)", toPath: "\(path)\(directory)/\(name)")
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// What systemd has to say of units: nothing where all is well.
        func complaints(about units: String...) throws -> String { try complaints(about: units) }

        func complaints(about units: [String]) throws -> String {
            // The manual page is no part of this root.
            let output = try ChildProcess(
                "/bin/sh",
                [
                    "-c", #""$@" 2>&1 || echo "status $?""#, "sh", "systemd-analyze", "--man=no", "--root", path,
                    "verify",
                ] + units
            ).run(timeLimit: .seconds(30))
            return output.standardOutput + output.standardError
        }

        func edit(_ file: String, _ old: String, _ new: String) throws {
            let text = try String(contentsOfFile: path + file, encoding: .utf8)
            try #require(text.contains(old))
            try text.replacing(old, with: new).write(toFile: path + file, atomically: false, encoding: .utf8)
        }

        func write(_ text: String, to file: String) throws {
            try text.write(toFile: path + file, atomically: false, encoding: .utf8)
        }
    }

    @Test
    func `systemd has nothing to complain about`() throws {
        let units = ["management-interface.service", "management-interface-cache.service", "ovsdb-server.service"]
        #expect(try Root().complaints(about: units) == "")
    }

    @Test(arguments: [
        ("RemainAfterExit=", "RemainAfterExiting=", "Unknown key"),
        ("libexec/management-interface start", "libexec/nowhere start", "is not executable"),
    ])
    func `systemd would complain about a setting that it does not know, and a program that is not there`(
        _ old: String, _ new: String, _ complaint: String
    ) throws {
        let root = try Root()
        try root.edit(Self.unit, old, new)
        #expect(try root.complaints(about: "management-interface.service").contains(complaint))
    }

    @Test(arguments: [
        ("openvswitch.service", "After"), ("openvswitch-switch.service", "After"), ("network-pre.target", "After"),
        ("xapi.service", "Before"), ("network-online.target", "Before"), ("network.target", "Before"),
    ])
    func `the networks come up after Open vSwitch, and before XAPI and whatever waits for a network`(
        _ neighbour: String, _ wrongOrder: String
    ) throws {
        try expectOrder(of: "management-interface.service", neighbour, wrongOrder)
    }

    @Test(arguments: ["xapi.service", "management-interface.service"])
    func `the cache's unit starts after XAPI, and is therefore stopped while XAPI runs`(_ neighbour: String) throws {
        try expectOrder(of: "management-interface-cache.service", neighbour, "After")
    }

    /// Expects that systemd finds a cycle where a neighbour asks for the wrong order, and none where it asks for nothing.
    private func expectOrder(of unit: String, _ neighbour: String, _ wrongOrder: String) throws {
        let root = try Root()
        try root.write("[Unit]\nWants=\(unit) \(neighbour)\n", to: "\(Self.units)/both.target")
        let start =
            neighbour.hasSuffix(".service") ? "[Service]\nExecStart=/opt/xensource/libexec/openvswitch-boot\n" : ""
        func complaints(_ order: String) throws -> String {
            try root.write("[Unit]\n\(order)\n\(start)", to: "\(Self.units)/\(neighbour)")
            return try root.complaints(about: "both.target")
        }
        #expect(try complaints("") == "")
        // An order that contradicts the unit's own is a cycle.
        #expect(try complaints("\(wrongOrder)=\(unit)").contains("ordering cycle"))
    }
    @Test
    func `the unit wants network.target, for which services of XenServer's wait that need a network`() throws {
        let text = try String(contentsOfFile: "\(Self.repository)/boot/management-interface.service", encoding: .utf8)
        let wanted = text.matches(of: #/\nWants=(.*)/#).flatMap { $0.1.split(separator: " ") }
        #expect(wanted.contains("network.target"))
    }

    @Test(arguments: ["management-interface.service", "management-interface-cache.service", "openvswitch-boot"])
    func `what runs at boot looks for xcp-networkd where the packages do, and does not run beside it`(_ file: String)
        throws
    {
        let arguments = ["--no-print-directory", "--silent", "--directory", Self.repository, "networkd"]
        let listed = try ChildProcess("/usr/bin/make", arguments).run(timeLimit: .seconds(30)).standardOutput
        let places = Set(listed.split(whereSeparator: \.isWhitespace))
        let text = try String(contentsOfFile: "\(Self.repository)/boot/\(file)", encoding: .utf8)
        let found =
            file == "openvswitch-boot"
            ? text.matches(of: #/ (/\S+/xcp-networkd(?:\.service)?)\b/#).map(\.1)
            : text.matches(of: #/\nConditionPathExists=!(/\S+)/#).map(\.1)
        #expect(places.count == 5 && Set(found) == places)
    }
}
