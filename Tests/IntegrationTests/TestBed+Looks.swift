import Foundation
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
        struct Kind: Decodable {
            struct Settings: Decodable { var id: Int? }

            var info_kind: String?
            /// What a VLAN link has.
            var info_data: Settings?
        }

        var ifname: String
        var flags: [String]
        var mtu: Int
        var address: String?
        var master: String?
        /// The device underneath; a number where that is in another namespace.
        var link: String?
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
        try host(["ovs-vsctl", "--timeout=10"] + arguments)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    /// Whether a ping through the host's cable is answered, in five seconds at the latest: an IPv6 address is not used
    /// until the kernel has heard of no other station that has it.
    func neighbourReaches(_ address: String) throws -> Bool {
        for _ in 1...5 {
            if try atNeighbour(["ping", "-c", "1", "-w", "1", "-q", address]).output.contains(" 1 received") {
                return true
            }
        }
        return false
    }

    /// The ports of a Linux bridge, as `bridge` shows them, and what they do with frames.
    func bridgePorts(_ bridge: String) throws -> [String: String] {
        struct Port: Decodable {
            var ifname: String
            var master: String?
            var state: String?
        }
        let ports = try JSONDecoder().decode([Port].self, from: Data(host("bridge", "-json", "link").utf8))
        return ports.filter { $0.master == bridge }.reduce(into: [:]) { $0[$1.ifname] = $1.state }
    }

    /// The processes of DHCP clients on the host, with their command lines.
    func dhcpClients() throws -> [Int: String] {
        func link(_ process: String) -> String? {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
        }
        func text(_ process: String, _ file: String) -> String {
            (try? String(contentsOfFile: "/proc/\(process)/\(file)", encoding: .utf8)) ?? ""
        }
        let host = try #require(link(holder))
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").reduce(into: [:]) { clients, process in
            guard let number = Int(process), text(process, "comm") == "dhclient\n", link(process) == host else {
                return
            }
            clients[number] = text(process, "cmdline").split(separator: "\0").joined(separator: " ")
        }
    }

    /// The process of the DHCP client on the host; `nil` where there is none.
    func dhcpClient() throws -> Int? {
        // A client that goes to the background is two processes for a moment.
        var clients = try dhcpClients()
        for _ in 0..<20 where clients.count > 1 {
            usleep(100_000)
            clients = try dhcpClients()
        }
        try #require(clients.count < 2, "one device has DHCP, and it needs one client")
        return clients.keys.first
    }

    /// The IPv4 address that a device has from a DHCP server.
    func leasedAddress(_ name: String) throws -> String {
        let addresses = try device(name).addr_info.map(\.local).filter { !$0.contains(":") }
        return try #require(addresses.first, "\(name) has a lease")
    }

    /// Gives the other end of the host's cables an address.
    func addNeighbour(_ address: String) throws {
        try neighbour("ip", "address", "add", address, "dev", "lan", "nodad")
    }
}

extension Trait where Self == ConditionTrait {
    /// For tests on a ``TestBed``.
    static var needsTestBed: Self { .enabled("network namespaces need root") { geteuid() == 0 } }
}
