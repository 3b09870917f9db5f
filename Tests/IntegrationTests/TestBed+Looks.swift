import Foundation
import NetConfig
import Testing

/// What there is on the host, through the eyes of other programs.
extension TestBed {
    /// A device as `ip -json -details address` shows it.
    struct Device: Decodable {
        struct Address: Decodable {
            var local: String
            var prefixlen: Int
            var scope: String
        }
        struct Kind: Decodable { var info_kind: String? }

        var ifname: String
        var flags: [String]
        var mtu: Int
        var address: String?
        var master: String?
        var linkinfo: Kind?
        var addr_info: [Address]

        var isUp: Bool { flags.contains("UP") }
        /// Addresses but the link-local ones.
        var addresses: [String] { addr_info.filter { $0.scope != "link" }.map { "\($0.local)/\($0.prefixlen)" } }
    }

    func devices() throws -> [String: Device] {
        let text = try host("ip", "-json", "-details", "address")
        let list = try JSONDecoder().decode([Device].self, from: Data(text.utf8))
        return Dictionary(uniqueKeysWithValues: list.map { ($0.ifname, $0) })
    }

    func device(_ name: String) throws -> Device { try #require(try devices()[name], "no device \(name)") }

    /// The routes of the main table but those that came with an address.
    func routes() throws -> [String] {
        try (host("ip", "route") + host("ip", "-6", "route")).split(separator: "\n").map { line in
            line.split(separator: " ").joined(separator: " ")
        }.filter { !$0.contains("proto kernel") }
    }

    /// What `ovs-vsctl` says, trimmed.
    func vsctl(_ arguments: String...) throws -> String {
        try bed(["exec", directory, "--", "ovs-vsctl", "--timeout=10"] + arguments)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    /// Whether a ping through the host's cable is answered.
    func neighbourReaches(_ address: String) throws -> Bool {
        try neighbour("ping", "-c", "2", "-i", "0.2", "-w", "4", "-q", address).contains(" 0% packet loss")
    }

    /// All that a run could change, as text to compare: devices, addresses, routes, rows, files.
    func snapshot() throws -> String {
        // What the kernel changes by itself: times, carrier, the check for duplicate IPv6 addresses.
        let volatile = #/valid_lft.*|[a-z]+_timer *[0-9.]+|tentative|NO-CARRIER,|,LOWER_UP|state [A-Z]+/#
        var parts = [
            try host("ip", "-details", "address").replacing(volatile, with: ""), try routes().joined(separator: "\n"),
        ]
        if datapath == .openvswitch, try script("ovs-vsctl --timeout=2 --no-wait show").status == 0 {
            for table in ["Open_vSwitch", "Bridge", "Port", "Interface"] {
                let columns = [
                    "Open_vSwitch": "external_ids", "Bridge": "name,ports,fail_mode,other_config,external_ids",
                    "Port": "name,interfaces,tag,fake_bridge,bond_mode,other_config,external_ids",
                    "Interface": "name,type,mac,other_config,external_ids",
                ]
                let names = columns[table] ?? "_uuid"
                parts.append(try host("ovs-vsctl", "--timeout=10", "--columns=\(names)", "list", table))
            }
        }
        parts.append(try files())
        return parts.joined(separator: "\n")
    }

    /// The files below the root prefix with their texts; the lock file, which every run signs, is none of them.
    func files() throws -> String {
        try checkedShell(
            "find \(root) -type f ! -name '*.lock' | sort | while read f; do echo \"== $f\"; cat \"$f\"; done")
    }

    private func checkedShell(_ text: String) throws -> String {
        let result = try script(text)
        try #require(result.status == 0)
        return result.output
    }
}
