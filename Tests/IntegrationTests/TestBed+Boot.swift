@testable import NetConfigCore
import Foundation
import Testing

/// What runs at boot, installed below the root prefix as on a host.
extension TestBed {
    private static let scripts = "/opt/xensource/libexec"

    /// A service with its unit and drop-in: Open vSwitch's as Debian has them, ours as they are in the repository.
    enum Service: String {
        case database = "ovsdb-server"
        case switching = "ovs-vswitchd"
        case management = "management-interface"
        case cache = "management-interface-cache"

        fileprivate var files: [String] {
            switch self {
            case .database: ["/lib/systemd/system/\(rawValue).service", "\(repository)/boot/openvswitch-boot.conf"]
            case .switching: ["/lib/systemd/system/\(rawValue).service"]
            case .management, .cache: ["\(repository)/boot/\(rawValue).service"]
            }
        }
    }

    /// Installs the scripts. The program beside them knows what this bed's kernel can do, and speaks to the test.
    func installBootScripts() throws {
        let scripts = root + Self.scripts
        try makeDirectory(Self.scripts)
        for name in ["management-interface", "openvswitch-boot"] {
            try FileManager.default.copyItem(atPath: "\(Self.repository)/boot/\(name)", toPath: "\(scripts)/\(name)")
        }
        let options = datapath == .openvswitch ? "--datapath-type \(datapathType)" : ""
        try install("\(Self.scripts)/interface-reconfigure", #"exec \#(Self.program) --no-syslog \#(options) "$@""#)
        guard datapath == .openvswitch else { return }
        try FileManager.default.createSymbolicLink(
            atPath: root + "/var/run/openvswitch", withDestinationPath: "\(directory)/ovs")
        // Where Open vSwitch keeps the host's identity.
        try FileManager.default.createDirectory(
            atPath: "\(directory)/ovs/openvswitch", withIntermediateDirectories: false)
    }

    /// The command line of one of the scripts.
    func bootCommand(_ script: String, _ arguments: [String]) -> [String] {
        ["env", "ROOT_PREFIX=\(root)", "\(root)\(Self.scripts)/\(script)"] + arguments
    }

    /// Runs one of the scripts on the host.
    func runAtBoot(_ script: String, _ arguments: String...) throws -> Result {
        try run(command: bootCommand(script, arguments))
    }

    /// Does what systemd does with a service, such as `ExecStart`, and with one command after the other.
    func perform(_ setting: String, of service: Service) throws {
        for command in try service.files.flatMap({ try commands(setting, in: $0) }) {
            let mayFail = command.hasPrefix("-")
            let result = try performing(command.replacing(#/^-/#, with: ""))
            try #require(mayFail || result.status == 0, "\(command): \(result.output) \(result.errors)")
        }
    }

    /// Runs Open vSwitch's control script on this bed's Open vSwitch.
    func controlVswitch(_ command: String) throws {
        let options = "--no-monitor --system-id=random --no-record-hostname"
        let result = try performing("/usr/share/openvswitch/scripts/ovs-ctl \(options) \(command) $OVS_CTL_OPTS")
        try #require(result.status == 0, "\(result.output) \(result.errors)")
    }

    /// Restarts Open vSwitch while an address is pinged, of which no packet may be lost.
    ///
    /// Until ovs-vswitchd is back, the kernel has the flows of the last seconds' traffic and no others. A restart that takes
    /// longer than a MAC address is remembered, as on a busy machine, would stop the pings for want of an answer to ARP.
    func restartVswitch(keeping address: String) throws {
        try pinging(address) {
            let remember = """
                ip -4 neigh show | while read -r address _ device word mac _; do
                    [ "$word" != lladdr ] || ip neigh replace "$address" lladdr "$mac" dev "$device" nud permanent
                done
                """
            try host("sh", "-c", remember)
            try neighbour("sh", "-c", remember)
            try controlVswitch("restart")
        }
    }

    /// What a unit's file says of a setting; a line that ends with a backslash goes on in the next one.
    private func commands(_ setting: String, in file: String) throws -> [String] {
        let text = try String(contentsOfFile: file, encoding: .utf8).replacing("\\\n", with: " ")
        return lines(text).filter { $0.hasPrefix(setting + "=") }.map { String($0.dropFirst(setting.count + 1)) }
    }

    private func performing(_ command: String) throws -> Result {
        let options = Self.usableType == "system" ? "" : "--ovs-vswitchd-options=--disable-system"
        let directories = ["RUNDIR", "DBDIR", "LOGDIR", "SYSCONFDIR"].map { "OVS_\($0)=\(directory)/ovs" }
        let path = command.replacing(Self.scripts, with: root + Self.scripts)
        return try run(
            command: ["env", "ROOT_PREFIX=\(root)", "OVS_CTL_OPTS=\(options)"] + directories + [
                "sh", "-c", "exec \(path)",
            ])
    }
}
