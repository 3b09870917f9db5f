@testable import NetConfigCore
import Foundation
import Testing

@testable import NetConfigSystem

/// The device names of xcp-networkd's database.
@Suite("xcp-networkd's database")
struct NetworkdDatabaseTests {
    /// As xcp-networkd writes one, MAC addresses as bytes.
    private static let sample =
        Array(
            """
            {"interface_config": {"eth0": {"persistent_i": true, "ipv4_conf": "None4"}, "xenbr0": {"ipv4_conf": "DHCP4"}},
             "bridge_config": {
              "xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"], "kind": "Basic_port"}}, "persistent_b": true},
              "xapi5": {"vlan": ["xenbr0", 5], "ports": {}},
              "xapi0": {"ports": {"bond0": {"interfaces": ["eth1", "eth2"], "bond_properties": {"mode": "balance-slb"}}}},
              "xapi7": {"vlan": ["xapi0", 7], "ports": {}}},
             "gateway_interface": "xenbr0", "interface_order": [{"name": "eth3", "position": 3, "mac": "
            """.utf8) + [0x52, 0x54, 0x00, 0xFE, 0x0A, 0x10] + Array(#"", "present": true}]}"#.utf8)

    private func names(_ text: String) throws -> [String] {
        try NetworkdDatabase(Array(text.utf8)).devices.map(\.text).sorted()
    }

    @Test
    func `bridges, ports, cards and VLAN links are named`() throws {
        let found = try NetworkdDatabase(Self.sample).devices.map(\.text).sorted()
        #expect(
            found == [
                "bond0", "bond0.7", "eth0", "eth0.5", "eth1", "eth2", "eth3", "xapi0", "xapi5", "xapi7", "xenbr0",
            ])
    }

    @Test(
        arguments: [
            ("{}", []), ("[]", []), ("3", []), (#"{"bridge_config": []}"#, []), (#"{"bridge_config": {"a/b": 3}}"#, []),
            (
                #"{"bridge_config": {"xenbr0": null, "xapi1": {"ports": {"eth1": {"interfaces": [3, "eth2"]}}}}}"#,
                ["eth1", "eth2", "xapi1", "xenbr0"]
            ),
            (#"{"bridge_config": {"xapi5": {"vlan": ["xenbr9", 5]}, "xapi6": {"vlan": 3}}}"#, ["xapi5", "xapi6"]),
            (#"{"interface_config": {"eth0": {}}, "interface_order": [{"name": "eth0"}, {"name": 1}, 7]}"#, ["eth0"]),
        ] as [(String, [String])])
    func `what is not as it should be says nothing, and the rest does`(_ text: String, _ expected: [String]) throws {
        #expect(try names(text) == expected)
    }

    @Test
    func `no database is none; one that is cut off or too large is an error that names the file`() throws {
        try TemporaryDirectory.with { directory in
            let path = "\(directory)/networkd.db"
            #expect(try NetworkdDatabase(contentsOf: path) == nil)
            try Data(Self.sample.prefix(100)).write(to: URL(filePath: path))
            let error = #expect(throws: NetworkdDatabase.Failure.self) { try NetworkdDatabase(contentsOf: path) }
            #expect(error?.description.hasPrefix("\(path): line 1, column ") == true, "\(String(describing: error))")
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: UInt64(NetworkdDatabase.maximumSize) + 1)
            #expect(throws: NetworkdDatabase.Failure.self) { try NetworkdDatabase(contentsOf: path) }
        }
    }
}
