import Foundation
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// What xcp-networkd keeps of a host, as records.
@Suite struct NetworkdReaderTests {
    /// A database with a management bridge on eth0, a bond of eth1 and eth2, VLANs on both, and an internal network.
    private static let whole = #"""
        {"interface_config": {
          "eth0": {"persistent_i": true, "mtu": 1500, "ethtool_settings": {"speed": "1000"}, "ethtool_offload": {"lro": "off"},
                   "ipv4_conf": "None4", "ipv6_conf": "None6", "ipv4_routes": []},
          "eth3": {"ipv4_conf": ["Static4", [["203.0.113.3", 28]]]},
          "xenbr0": {"ipv4_conf": ["Static4", [["192.0.2.10", 24]]], "ipv4_gateway": "192.0.2.1", "ipv6_conf": "Autoconf6",
                     "ipv4_routes": [{"subnet": "198.51.100.0", "netmask": 24, "gateway": "192.0.2.254"}],
                     "dns": [["192.0.2.53"], ["example.org"]], "mtu": 1500, "persistent_i": true},
          "xapi5": {"ipv4_conf": "DHCP4", "ipv6_conf": ["Static6", [["2001:db8::5", 64]]], "ipv6_gateway": "2001:db8::1"},
          "xapi0": {"ipv4_conf": "None4", "mtu": 9000}},
         "bridge_config": {
          "xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"], "bond_properties": {}, "kind": "Basic_port"}},
                     "bridge_mac": "52:54:00:00:00:10", "igmp_snooping": false,
                     "other_config": {"network-uuids": "u0", "vswitch-controller-fail-mode": "secure"}},
          "xapi5": {"vlan": ["xenbr0", 5], "ports": {}, "bridge_mac": "52:54:00:00:00:10"},
          "xapi0": {"ports": {"bond0": {"interfaces": ["eth1", "eth2"], "bond_mac": "52:54:00:00:00:11", "bond_properties":
                     {"mode": "balance-slb", "miimon": "100", "hashing-algorithm": "src_mac"}}}},
          "xapi7": {"vlan": ["xapi0", 7], "ports": {}},
          "xapi9": {"ports": {}, "vlan": null}},
         "gateway_interface": "xenbr0", "dns_interface": "xapi5",
         "interface_order": [{"name": "eth0", "position": 0, "mac": "RAW", "pci": "0000:00:01.0", "present": true}]}
        """#

    private func read(_ text: String, management: String? = nil) throws -> NetworkModel {
        // The card's address as six bytes, which are no UTF-8.
        var bytes: [UInt8] = []
        for (index, part) in text.split(separator: "RAW", omittingEmptySubsequences: false).enumerated() {
            if index > 0 { bytes += [0x52, 0x54, 0x00, 0xFF, 0xFE, 0x10] }
            bytes += Array(part.utf8)
        }
        return try NetworkdReader.read(bytes, name: "networkd.db", management: management)
    }

    @Test func `bridges, bonds, VLANs and what has no bridge become records`() throws {
        let model = try read(Self.whole)
        #expect(model.faults.isEmpty && model.warnings.isEmpty, "\(model.faults) \(model.warnings)")
        #expect(
            model.pifsInOrder.map(\.description) == [
                "PIF bond0", "PIF bond0 VLAN 7", "PIF eth0", "PIF eth0 VLAN 5", "PIF eth1", "PIF eth2", "PIF eth3",
            ])
        #expect(
            Set(model.networks.values.compactMap { $0.bridge?.text }) == ["xenbr0", "xapi5", "xapi0", "xapi7", "xapi9"])
        let management = try model.pif(named: "xenbr0")
        #expect(model.isManagement(management) && model.pifs.values.count(where: \.management) == 1)
        #expect(
            management.ipv4.prefix == IPPrefix("192.0.2.10/24") && management.ipv4.gateway == IPAddress("192.0.2.1"))
        #expect(management.ipv6.mode == .autoconf && management.dns == [IPAddress("192.0.2.53")])
        #expect(management.mac == MACAddress("52:54:00:00:00:10"))
        #expect(management.otherConfig[.domain] == "example.org")
        #expect(management.otherConfig[.staticRoutes] == "198.51.100.0/24/192.0.2.254")
        #expect(
            management.otherConfig.entries["ethtool-speed"] == "1000"
                && management.otherConfig.entries["ethtool-lro"] == "off")
        #expect(model.failMode(ofBridgeOf: management).value == "secure")
        #expect(model.pool?.igmpSnoopingEnabled == false)
        let vlan = try model.pif(named: "xapi5")
        #expect(vlan.ipv4.mode == .dhcp && vlan.ipv6.addresses == [IPPrefix("2001:db8::5/64")])
        #expect(vlan.otherConfig[.peerDNS] == "true" && model.datapathPIF(of: vlan).ref == management.ref)
        let bond = try #require(model.bond(masteredBy: try model.pif(named: "xapi0")))
        #expect(model.slaves(of: bond).map(\.device.text) == ["eth1", "eth2"] && bond.mode == "balance-slb")
        #expect(bond.properties["hashing-algorithm"] == "src_mac")
        #expect(try model.pif(named: "eth3").ipv4.prefix == IPPrefix("203.0.113.3/28"))
        #expect(try read(Self.whole) == model, "the same references each time")
    }

    @Test func `older files have lists for routes and for what is not there`() throws {
        let text = Self.whole
            .replacing(
                #"[{"subnet": "198.51.100.0", "netmask": 24, "gateway": "192.0.2.254"}]"#,
                with: #"[["192.0.2.254", 24, "198.51.100.0"]]"#
            )
            .replacing(#"[["192.0.2.53"], ["example.org"]]"#, with: "[[], []]")
            .replacing(#""vlan": ["xenbr0", 5]"#, with: #""vlan": [["xenbr0", 5]]"#)
            .replacing(#""gateway_interface": "xenbr0", "#, with: "")
        let model = try read(text, management: "xapi5")
        #expect(model.faults.isEmpty, "\(model.faults)")
        let pif = try model.pif(named: "xenbr0")
        #expect(pif.otherConfig[.staticRoutes] == "198.51.100.0/24/192.0.2.254" && pif.dns.isEmpty)
        #expect(!pif.management)
        #expect(try model.pif(named: "xapi5").management, "by the inventory")
        #expect(try model.pif(named: "xapi5").vlan == 5)
    }

    @Test(arguments: [
        (
            #""vlan": ["xenbr0", 5]"#, #""vlan": ["xenbr8", 5]"#, ["xapi5"],
            "bridge_config.xapi5.vlan: there is no bridge 'xenbr8'"
        ),
        (
            #""vlan": ["xenbr0", 5]"#, #""vlan": "five""#, ["xapi5"],
            "bridge_config.xapi5.vlan: expected a bridge and a tag"
        ),
        (#""DHCP4""#, #""DHCP9""#, ["xapi5"], "interface_config.xapi5.ipv4_conf: 'DHCP9'"),
        (
            #"["Static4", [["192.0.2.10", 24]]]"#, #"{"Static4": [["192.0.2.10", 24]]}"#, ["xenbr0", "xapi5"],
            "interface_config.xenbr0.ipv4_conf: '"
        ),
        (#"["Static4", [["192.0.2.10", 24]]]"#, "5", ["xenbr0", "xapi5"], "interface_config.xenbr0.ipv4_conf: '5'"),
        (#"{"ipv4_conf": "DHCP4""#, #""x", "no": {"ipv4_conf": "DHCP4""#, ["xapi5"], "interface_config.xapi5: '"),
        (
            #"{"ports": {"bond0""#, #"{"ports": [], "no": {"bond0""#, ["xapi0", "xapi7"],
            "bridge_config.xapi0.ports: expected an object"
        ),
        (#""vlan": ["xenbr0", 5]"#, #""vlan": ["xenbr0", 5000]"#, ["xapi5"], "'5000' is not a VLAN tag"),
        (
            #""interfaces": ["eth1", "eth2"]"#, #""interfaces": ["eth0", "eth2"]"#, ["xenbr0", "xapi5"],
            "eth0 is in a port of xapi0 already"
        ),
        (
            #""interfaces": ["eth0"]"#, #""interfaces": "eth0""#, ["xenbr0", "xapi5"],
            "bridge_config.xenbr0.ports.eth0.interfaces: expected a list of interfaces"
        ),
        (
            #"{"eth0": {"interfaces": ["eth0"]"#,
            #"{"eth9": {"interfaces": ["eth9"]}, "eth0": {"interfaces": ["eth0"]"#, ["xenbr0", "xapi5"],
            "bridge_config.xenbr0.ports: a bridge has one port to the outside"
        ),
        (
            #"{"vlan": ["xenbr0", 5], "ports": {}, "bridge_mac": "52:54:00:00:00:10"}"#, "[]", ["xapi5"],
            "bridge_config.xapi5: expected an object"
        ),
        (
            #"["Static4", [["192.0.2.10", 24]]]"#, #"["Static4", [["192.0.2.10"]]]"#, ["xenbr0", "xapi5"],
            "interface_config.xenbr0.ipv4_conf: expected \"Static4\" and a list of addresses"
        ),
        (
            #"[["192.0.2.10", 24]]"#, #"[["192.0.2.10", 24], 7]"#, ["xenbr0", "xapi5"],
            "interface_config.xenbr0.ipv4_conf: expected \"Static4\""
        ),
        (
            #"[["192.0.2.10", 24]]"#, "5", ["xenbr0", "xapi5"],
            "interface_config.xenbr0.ipv4_conf: expected \"Static4\""
        ),
        (
            #"[["192.0.2.10", 24]]"#, #"[["192.0.2.10", 99]]"#, ["xenbr0", "xapi5"],
            "interface_config.xenbr0.ipv4_conf: expected \"Static4\""
        ),
        (
            #""interfaces": ["eth1", "eth2"]"#, #""interfaces": ["eth1", "eth1"]"#, ["xapi0", "xapi7"],
            "bridge_config.xapi0.ports.bond0.interfaces: eth1 is in it twice"
        ),
        (
            #""vlan": ["xenbr0", 5]"#, #""vlan": ["xenbr0", 1e999]"#, ["xapi5"],
            "bridge_config.xapi5.vlan: expected a bridge and a tag"
        ),
        (#""DHCP4""#, "1e999", ["xapi5"], "interface_config.xapi5.ipv4_conf: 'a number that is too large'"),
        (#""DHCP4""#, NetworkdReaderTests.deep, ["xapi5"], "interface_config.xapi5.ipv4_conf: '"),
        (#""xapi7": {"#, #""xapi7": {}, "xapi7": {"#, ["xapi7"], "bridge_config.xapi7: it is given twice"),
        (
            #""vlan": ["xenbr0", 5]"#, #""vlan": 7, "vlan": ["xenbr0", 5]"#, ["xapi5"],
            "bridge_config.xapi5.vlan: it is given twice"
        ),
        (
            #""interfaces": ["eth1", "eth2"]"#, #""interfaces": [], "interfaces": ["eth1", "eth2"]"#,
            ["xapi0", "xapi7"],
            "bridge_config.xapi0.ports.bond0.interfaces: it is given twice"
        ),
        (
            #""ipv4_conf": "DHCP4""#, #""ipv4_conf": 7, "ipv4_conf": "DHCP4""#, ["xapi5"],
            "interface_config.xapi5.ipv4_conf: it is given twice"
        ),
        (
            #""xapi5": {"ipv4_conf""#, #""xapi5": {}, "xapi5": {"ipv4_conf""#, ["xapi5"],
            "interface_config.xapi5: it is given twice"
        ),
    ])
    func `an error leaves out its bridge and what stands on it, and says where it is`(
        _ before: String, _ after: String, _ lost: [String], _ message: String
    ) throws {
        let text = Self.whole.replacing(before, with: after)
        try #require(text != Self.whole)
        let model = try read(text)
        let faults = model.faults.map(\.description)
        #expect(faults.contains { $0.contains(message) && $0.hasPrefix("line ") }, "\(faults)")
        for name in ["xenbr0", "xapi5", "xapi0", "xapi7"] {
            let isLost = (try? model.pif(named: name)) == nil
            #expect(isLost == lost.contains(name), "\(name): \(faults)")
        }
    }

    @Test(arguments: [
        (#""ipv4_gateway": "192.0.2.1""#, #""ipv4_gateway": 5"#, "interface_config.xenbr0.ipv4_gateway '5' ignored"),
        (#""Autoconf6""#, #"["Autoconf9", []]"#, "'Autoconf9'"),
        (#""Autoconf6""#, "{}", "interface_config.xenbr0.ipv6_conf"),
        (#""mtu": 9000"#, #""mtu": "9000.5""#, "interface_config.xapi0.mtu '9000.5' ignored"),
        (#"[["192.0.2.53"], ["example.org"]]"#, #"[[1], []]"#, "interface_config.xenbr0.dns '"),
        (#"[["192.0.2.10", 24]]"#, #"[["192.0.2.10", 24], ["192.0.2.11", 24]]"#, "has 2 IPv4 addresses"),
        (
            #"[["192.0.2.10", 24]]"#, #"[["192.0.2.999", 24]]"#,
            "interface_config.xenbr0.ipv4_conf '192.0.2.999' ignored"
        ),
        (#""gateway": "192.0.2.254"}"#, #""via": 5}"#, "interface_config.xenbr0.ipv4_routes.0 is no route"),
        (#""mtu": 9000"#, #""mtu": 10"#, "interface_config.xapi0.mtu '10' ignored"),
        (#""mtu": 9000"#, #""mtu": 1e999"#, "interface_config.xapi0.mtu 'a number that is too large' ignored"),
        (#""mtu": 9000"#, #""mtu": 1, "mtu": 9000"#, "interface_config.xapi0.mtu is given twice"),
        (
            #"{"persistent_i": true, "mtu": 1500, "ethtool_settings": {"speed": "1000"}, "#, #"7, "no": {"#,
            "interface_config.eth0 is ignored: expected an object"
        ),
        (#"{"speed": "1000"}"#, "[1]", "interface_config.eth0.ethtool_settings is ignored: expected an object"),
        (
            #"{"speed": "1000"}"#, #"{"speed": 1000}"#,
            "interface_config.eth0.ethtool_settings.speed is ignored: expected a text"
        ),
        (
            #"{"lro": "off"}"#, #"{"lro": false}"#,
            "interface_config.eth0.ethtool_offload.lro is ignored: expected a text"
        ),
        (
            #"[{"subnet": "198.51.100.0", "netmask": 24, "gateway": "192.0.2.254"}]"#, "7",
            "interface_config.xenbr0.ipv4_routes is ignored: expected a list"
        ),
        (#"["example.org"]"#, #""example.org""#, "interface_config.xenbr0.dns.1 is not a list of search domains"),
        (#"["example.org"]"#, "[7]", "interface_config.xenbr0.dns.1 is not a list of search domains"),
        (
            #"["Static6", [["2001:db8::5", 64]]]"#, #"["Static6", [["2001:db8::5", 64], 5]]"#,
            "interface_config.xapi5.ipv6_conf has an entry that is no address"
        ),
        (
            #""bond_properties": {}, "kind": "Basic_port""#, #""bond_properties": {}, "kind": 1"#,
            "bridge_config.xenbr0.ports.eth0.kind is ignored: expected a word"
        ),
        (
            #""vlan": ["xenbr0", 5], "ports": {}"#,
            #""vlan": ["xenbr0", 5], "ports": {"eth8": {"interfaces": ["eth8"]}}"#,
            "bridge_config.xapi5.ports.eth8 is ignored: the bridge of a VLAN has no port"
        ),
        (
            #""vlan": ["xenbr0", 5], "ports": {}"#, #""vlan": ["xenbr0", 5], "ports": 7"#,
            "bridge_config.xapi5.ports is ignored: expected an object"
        ),
        (
            #""bridge_mac": "52:54:00:00:00:10", "igmp"#, #""bridge_mac": 7, "igmp"#,
            "bridge_config.xenbr0.bridge_mac is ignored: expected a text"
        ),
        (
            #""bond_mac": "52:54:00:00:00:11""#, #""bond_mac": []"#.replacing("[]", with: "[7]"),
            "bridge_config.xapi0.ports.bond0.bond_mac is ignored: expected a text"
        ),
        (
            #""bond_mac": "52:54:00:00:00:11""#, #""bond_mac": "no""#,
            "bridge_config.xapi0.ports.bond0.bond_mac 'no' ignored"
        ),
        (
            #""igmp_snooping": false"#, #""igmp_snooping": "no""#,
            "bridge_config.xenbr0.igmp_snooping is ignored: expected true or false"
        ),
        (
            #"{"network-uuids": "u0", "vswitch-controller-fail-mode": "secure"}"#, "7",
            "bridge_config.xenbr0.other_config is ignored: expected an object"
        ),
        (
            #""vswitch-controller-fail-mode": "secure""#, #""vswitch-controller-fail-mode": true"#,
            "bridge_config.xenbr0.other_config.vswitch-controller-fail-mode is ignored: expected a text"
        ),
        (
            #""miimon": "100""#, #""miimon": 100"#,
            "bridge_config.xapi0.ports.bond0.bond_properties.miimon is ignored: expected a text"
        ),
        (
            #""mode": "balance-slb""#, #""mode": 1"#,
            "bridge_config.xapi0.ports.bond0.bond_properties.mode is ignored: expected a text"
        ),
        (
            #"{"mode": "balance-slb", "miimon": "100", "hashing-algorithm": "src_mac"}"#, "[3]",
            "bridge_config.xapi0.ports.bond0.bond_properties is ignored: expected an object"
        ),
        (
            #""miimon": "100""#, #""miimon": "100", "miimon": "200""#,
            "bridge_config.xapi0.ports.bond0.bond_properties.miimon is given twice"
        ),
        (
            #""gateway_interface": "xenbr0""#, #""gateway_interface": 7"#,
            "gateway_interface is ignored: expected a text"
        ),
        (#""gateway_interface": "xenbr0""#, #""gateway_interface": "xenbr9""#, "gateway_interface names 'xenbr9'"),
        (#""dns_interface": "xapi5""#, #""dns_interface": {}"#, "dns_interface is ignored: expected a text"),
        (#""dns_interface": "xapi5""#, #""dns_interface": "xapi8""#, "dns_interface names 'xapi8'"),
        (
            #""dns_interface": "xapi5""#, #""dns_interface": "xapi8", "dns_interface": "xapi5""#,
            "dns_interface is given twice"
        ),
    ])
    func `a value that cannot be used is a warning with its line`(
        _ before: String, _ after: String, _ message: String
    ) throws {
        let text = Self.whole.replacing(before, with: after)
        try #require(text != Self.whole)
        let model = try read(text)
        #expect(model.faults.isEmpty && model.pifs.count == 7)
        #expect(model.warnings.contains { "\($0)".contains(message) && $0.line != nil }, "\(model.warnings)")
        let inspection = Inspection(
            ofNetworkd: try NetworkdReader.reading(of: Array(text.utf8), name: "networkd.db", management: nil),
            name: "networkd.db", datapath: .openvswitch)
        let finding = inspection.findings.first { $0.message.contains(message) }
        #expect(finding?.severity == .warning && finding?.position != nil, "\(inspection.text())")
    }

    /// Lists in lists, more than are read.
    private static let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)

    @Test(arguments: ["1e999", "-1e400", String(repeating: "9", count: 400), deep, #"{"a": 1, "a": 2}"#, #""\uD800""#])
    func `a value that is not read stops nothing, whatever it is`(_ value: String) throws {
        let whole = try read(Self.whole)
        for (before, name) in [
            (#""gateway_interface""#, "unknown"), (#""persistent_i": true, "mtu": 1500, "ethtool"#, "unknown"),
            (#""bond_mac""#, "unknown"), (#""kind": "Basic_port""#, "unknown"), (#""igmp_snooping""#, "unknown"),
            (#""network-uuids""#, "unknown"),
        ] {
            let text = Self.whole.replacing(before, with: #""\#(name)": \#(value), \#(before)"#)
            try #require(text != Self.whole)
            let model = try read(text)
            #expect(model == whole, "before \(before): \(model.faults) \(model.warnings)")
            let twice = Self.whole.replacing(before, with: #""\#(name)": 1, "\#(name)": \#(value), \#(before)"#)
            #expect(try read(twice) == whole, "before \(before)")
        }
    }

    @Test(arguments: [
        (
            #"{"interface_config": {"#, #"{"interface_config": {}, "interface_config": {"#,
            "interface_config: two members"
        ),
        (#" "bridge_config": {"#, #" "bridge_config": 7, "no": {"#, "bridge_config: expected an object"),
        (#""vlan": ["xenbr0", 5]"#, #""vlan": ["xenbr0" 5]"#, "bridge_config.xapi5.vlan: no comma between elements"),
        (
            #""ipv6_gateway": "2001:db8::1""#, #""ipv6_gateway": 2001:"#,
            "interface_config.xapi5: no comma between members"
        ),
        (#""mtu": 9000"#, #""mtu": 09000"#, "interface_config.xapi0.mtu: not a number"),
    ])
    func `what is wrong with the text as a whole has line, column and path`(
        _ before: String, _ after: String, _ message: String
    ) throws {
        let text = Self.whole.replacing(before, with: after)
        try #require(text != Self.whole)
        let error = try #require(#expect(throws: CacheError.self) { try read(text) })
        #expect(error.description.hasPrefix("networkd.db: line ") && error.description.contains(message), "\(error)")
        let shown = Inspection(unusable: error, advice: "x").findings
        #expect(shown.count == 1 && shown.first?.position != nil && shown.first?.message.hasPrefix(message) == true)
    }

    @Test func `a gateway interface that is none leaves the choice to the inventory`() throws {
        let text = Self.whole.replacing(#""gateway_interface": "xenbr0""#, with: #""gateway_interface": "xenbr9""#)
        #expect(try read(text, management: "xapi5").pif(named: "xapi5").management)
    }

    @Test func `two bonds of one name are a warning, as either can be had`() throws {
        let text = Self.whole.replacing(
            #""xapi9": {"#, with: #""xapi8": {"ports": {"bond0": {"interfaces": ["eth4", "eth5"]}}}, "xapi9": {"#)
        let model = try read(text)
        #expect(model.unusable.isEmpty)
        let inspection = Inspection(
            ofNetworkd: try NetworkdReader.reading(of: Array(text.utf8), name: "networkd.db", management: nil),
            name: "networkd.db", datapath: .openvswitch)
        #expect(inspection.errors == 0 && inspection.text().contains("has the same card bond0"), "\(inspection.text())")
    }

    @Test func `a text that is no database names line and column`() throws {
        for length in stride(from: 1, to: Self.whole.utf8.count - 1, by: 61) {
            let text = String(decoding: Self.whole.utf8.prefix(length), as: UTF8.self)
            let error = #expect(throws: CacheError.self) { try read(text) }
            #expect(error?.description.hasPrefix("networkd.db: line ") == true, "\(error.map { "\($0)" } ?? "")")
        }
        let other = #expect(throws: CacheError.self) { try read("{\"a\":\n 1}") }
        #expect(other?.description.contains("neither bridge_config nor interface_config") == true)
    }
}
