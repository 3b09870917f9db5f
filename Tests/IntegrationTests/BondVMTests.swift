import Foundation
import NetConfigCore
import Testing

/// A bond of the records, and what has to be read back for it.
private struct BondCase: CustomTestStringConvertible {
    var testDescription: String
    /// Elements of the bond's record and of its master PIF's.
    var bond = "", master = ""
    /// What the kernel says about a device of kind bond (`info_data`), or Open vSwitch about a port, beside the defaults.
    var expected: [String: String]
    /// A part of the warning.
    var warning: String?

    init(
        _ description: String, bond: String = "", master: String = "", _ expected: [String: String],
        warning: String? = nil
    ) {
        testDescription = description
        self.bond = bond
        self.master = master.isEmpty ? "" : "<other_config>\(master)</other_config>"
        self.expected = expected
        self.warning = warning
    }

    /// A cache with a bond over the first cards, two or more.
    func cache(slaves: Int) -> String {
        let cards = (0..<slaves).map { "eth\($0)" }
        let pifs = cards.enumerated().map { index, card in
            record(
                "pif", "pif-\(card)",
                "<device>\(card)</device><MAC>52:54:00:00:00:1\(index)</MAC>"
                    + "<network>network-\(card)</network><VLAN>-1</VLAN><bond_slave_of>bond</bond_slave_of>")
                + record("network", "network-\(card)", "<bridge>xenbr\(index)</bridge>")
        }
        let address =
            "<ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.20</IP><netmask>255.255.255.0</netmask>"
        return "<xenserver-network-configuration>" + pifs.joined()
            + record(
                "pif", "pif-bond",
                "<device>bond0</device><MAC>52:54:00:00:00:10</MAC><network>network-bond"
                    + "</network><VLAN>-1</VLAN><management>True</management>" + address + master)
            + record("network", "network-bond", "<bridge>xapi0</bridge>")
            + record(
                "bond", "bond",
                "<master>pif-bond</master><slaves>"
                    + cards.map { "<slave>pif-\($0)</slave>" }.joined() + "</slaves>" + bond)
            + "</xenserver-network-configuration>\n"
    }

    private func record(_ kind: String, _ ref: String, _ fields: String) -> String {
        "<\(kind) ref=\"\(ref)\"><uuid>uuid-\(ref)</uuid>\(fields)</\(kind)>\n"
    }
}

/// Bonds of two and of four cards in every mode and with every option, as the kernel and Open vSwitch tell them.
@Suite("bonds", .serialized, .needsTestBed)
struct BondVMTests {
    /// Brings the bond up with two slaves, then with four, and down.
    private func cycle(_ bed: TestBed, _ bond: BondCase, check: (Set<String>) throws -> Void) throws {
        for slaves in [2, 4] {
            try bed.write(bond.cache(slaves: slaves), to: "/var/xapi/network.dbcache")
            let up = try bed.run("--force", "xapi0", "up")
            #expect(up.status == 0, "\(up.errors)")
            let warnings = bed.lines(up.errors).filter { $0.hasPrefix("warning: ") }
            let text = bond.bond + bond.master
            // This kernel does not have XenServer's mode.
            let asksForSLB = bed.datapath == .bridge && (!text.contains("mode>") || text.contains("balance-slb"))
            let expected = [bond.warning, asksForSLB ? "this kernel does not support balance-slb" : nil].compactMap(
                \.self)
            #expect(warnings.count == expected.count, "\(warnings)")
            #expect(expected.allSatisfy { part in warnings.contains { $0.contains(part) } }, "\(warnings)")
            let cards = (0..<slaves).map { "eth\($0)" }
            try bed.expect(
                cards.map { "\($0) up in bond0\n" }.joined() + "bond0 up in xapi0\nxapi0 up 192.0.2.20/24")
            try check(Set(cards))
            let again = try bed.run("--force", "xapi0", "up")
            #expect(again.errors.contains("nothing to do"), "\(again.errors)")
        }
        #expect(try bed.run("--force", "xapi0", "down").status == 0)
        try bed.expect("")
    }

    private func makeBed(_ datapath: Datapath) throws -> TestBed {
        try TestBed(
            datapath, cache: "plan/_topologies/bond.dbcache", nics: (0..<4).map { "52:54:00:00:00:1\($0)" })
    }

    private static let kernelDefaults = [
        "miimon": "100", "updelay": "31000", "downdelay": "200", "use_carrier": "1",
    ]

    @Test
    func `the kernel has each mode and option as the records say it`() throws {
        let bed = try makeBed(.bridge)
        for bond in [
            // This kernel has no XenServer's balance-slb, says so when it is asked, and gets something that needs no channel.
            BondCase("nothing is said", ["mode": "active-backup"]),
            BondCase(
                "balance-slb", bond: "<mode>balance-slb</mode>", ["mode": "active-backup"]),
            BondCase(
                "active-backup", bond: "<mode>active-backup</mode>", ["mode": "active-backup", "active_slave": "eth0"]),
            BondCase(
                "the primary slave becomes the active one",
                bond: "<mode>active-backup</mode><primary_slave>pif-eth1</primary_slave>",
                ["mode": "active-backup", "active_slave": "eth1"]),
            BondCase("LACP", bond: "<mode>lacp</mode>", ["mode": "802.3ad", "xmit_hash_policy": "layer2"]),
            BondCase(
                "LACP by TCP and UDP ports, and fast",
                bond: "<mode>lacp</mode><properties><hashing_algorithm>tcpudp_ports</hashing_algorithm>"
                    + "<lacp-time>fast</lacp-time></properties>",
                ["mode": "802.3ad", "xmit_hash_policy": "layer3+4", "ad_lacp_rate": "fast"]),
            BondCase(
                "LACP by the kernel's name, and slow", bond: "<mode>802.3ad</mode>",
                master: "<bond-lacp-time>slow</bond-lacp-time>", ["mode": "802.3ad", "ad_lacp_rate": "slow"]),
            BondCase("balance-rr", bond: "<mode>balance-rr</mode>", ["mode": "balance-rr"]),
            BondCase("balance-xor", bond: "<mode>balance-xor</mode>", ["mode": "balance-xor"]),
            BondCase("broadcast", bond: "<mode>broadcast</mode>", ["mode": "broadcast"]),
            BondCase("balance-tlb", bond: "<mode>balance-tlb</mode>", ["mode": "balance-tlb"]),
            BondCase("balance-alb", bond: "<mode>balance-alb</mode>", ["mode": "balance-alb"]),
            BondCase(
                "the PIF's mode goes before the bond's", bond: "<mode>lacp</mode>",
                master: "<bond-mode>active-backup</bond-mode>", ["mode": "active-backup"]),
            BondCase(
                "properties go before the defaults; delays are multiples of the interval",
                bond: "<properties><miimon>50</miimon><updelay>1020</updelay><downdelay>99</downdelay>"
                    + "<use_carrier>0</use_carrier></properties>",
                ["miimon": "50", "updelay": "1000", "downdelay": "50", "use_carrier": "0"]),
            BondCase(
                "the PIF's options go before the bond's",
                bond: "<properties><miimon>50</miimon><updelay>1000</updelay></properties>",
                master: "<bond-miimon>200</bond-miimon><bond-downdelay>600</bond-downdelay>"
                    + "<bond-use_carrier>1</bond-use_carrier>",
                ["miimon": "200", "updelay": "1000", "downdelay": "600"]),
            BondCase(
                "without watching there are no delays", master: "<bond-miimon>0</bond-miimon>",
                ["miimon": "0", "updelay": "0", "downdelay": "0"]),
            BondCase(
                "a mode that does not exist", bond: "<mode>fastest</mode>", ["mode": "active-backup"],
                warning: "unknown bond mode 'fastest'"),
            BondCase(
                "a number that is none", master: "<bond-updelay>soon</bond-updelay>", [:], warning: "updelay 'soon'"),
        ] {
            try cycle(bed, bond) { cards in
                let found = try bed.bondOptions()
                for (option, value) in Self.kernelDefaults.merging(bond.expected, uniquingKeysWith: { $1 }) {
                    #expect(found[option] == value, "\(option) where \(bond)")
                }
                let state = try bed.host("cat", "/proc/net/bonding/bond0")
                let slaves = state.matches(of: #/Slave Interface: (\w+)/#).map { String($0.1) }
                #expect(Set(slaves) == cards && slaves.count == cards.count)
                #expect(Set(try bed.bridgePorts("xapi0").keys) == ["bond0"])
            }
        }
    }

    private static let portDefaults = [
        "bond_mode": "balance-slb", "lacp": "off", "bond_updelay": "31000", "bond_downdelay": "200",
        "bond_fake_iface": "true", "bond-miimon-interval": "100", "bond-detect-mode": "carrier",
    ]

    @Test
    func `Open vSwitch has each mode and option as the records say it, and the kernel a device of the bond's name`()
        throws
    {
        let bed = try makeBed(.openvswitch)
        for bond in [
            BondCase("nothing is said", ["bond-rebalance-interval": "1800000"]),
            BondCase("active-backup", bond: "<mode>active-backup</mode>", ["bond_mode": "active-backup"]),
            BondCase("LACP", bond: "<mode>lacp</mode>", ["lacp": "active"]),
            BondCase(
                "LACP by TCP and UDP ports, fast, with keys and a way back",
                bond: "<mode>lacp</mode><properties><hashing_algorithm>tcpudp_ports</hashing_algorithm>"
                    + "<lacp-time>fast</lacp-time><lacp-aggregation-key>7</lacp-aggregation-key>"
                    + "<lacp-fallback-ab>true</lacp-fallback-ab></properties>",
                [
                    "lacp": "active", "bond_mode": "balance-tcp", "lacp-time": "fast", "lacp-fallback-ab": "true",
                    "eth0 lacp-aggregation-key": "7", "eth1 lacp-aggregation-key": "7",
                ]),
            BondCase(
                "the PIF's options go before the bond's",
                bond: "<mode>lacp</mode><properties><miimon>50</miimon><updelay>1000</updelay></properties>",
                master: "<bond-mode>balance-slb</bond-mode><bond-miimon>250</bond-miimon><bond-downdelay>99"
                    + "</bond-downdelay><bond-use_carrier>0</bond-use_carrier>"
                    + "<bond-rebalance-interval>10000</bond-rebalance-interval>",
                [
                    "bond-miimon-interval": "250", "bond_updelay": "1000", "bond_downdelay": "99",
                    "bond-detect-mode": "miimon", "bond-rebalance-interval": "10000",
                ]),
            BondCase(
                "a mode that only the kernel has", bond: "<mode>balance-rr</mode>", [:],
                warning: "unknown bond mode 'balance-rr'"),
        ] {
            try cycle(bed, bond) { cards in
                let found = try bed.vswitchBondOptions()
                let expected = Self.portDefaults.merging(bond.expected, uniquingKeysWith: { $1 })
                for (option, value) in expected { #expect(found[option] == value, "\(option) where \(bond)") }
                // What Open vSwitch made of it.
                let shown = try bed.host("ovs-appctl", "bond/show", "bond0")
                #expect(shown.contains("bond_mode: \(expected["bond_mode"] ?? "")\n"), "\(shown)")
                #expect(shown.contains("updelay: \(expected["bond_updelay"] ?? "") ms"), "\(shown)")
                #expect(
                    shown.contains("lacp_status: ") && shown.contains("lacp_status: off") == (expected["lacp"] == "off")
                )
                #expect(Set(shown.matches(of: #/member (eth\d)/#).map { String($0.1) }) == cards)
            }
        }
    }
}

extension TestBed {
    /// The options of the bond, as `ip` shows them.
    fileprivate func bondOptions() throws -> [String: String] {
        let text = try host("ip", "-json", "-details", "link", "show", "bond0")
        let links = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        let info = try #require(links?.first?["linkinfo"] as? [String: Any])
        return try #require(info["info_data"] as? [String: Any]).mapValues { "\($0)" }
    }

    /// The columns of the bond's port; entries of `other_config` under their own names, those of interfaces behind the
    /// interface's name.
    fileprivate func vswitchBondOptions() throws -> [String: String] {
        func entries(_ datum: VswitchDatum?) -> [String: String] {
            if case .map(let entries) = datum { entries } else { [:] }
        }
        var options: [String: String] = [:]
        for table in try vswitchTables() {
            for row in table.rows where table.name == "Port" && row.name == "bond0" {
                options.merge(row.columns.mapValues { $0.text(names: [:]) }) { $1 }
                options.merge(entries(row.columns["other_config"])) { $1 }
            }
            for row in table.rows where table.name == "Interface" {
                for (key, value) in entries(row.columns["other_config"]) { options["\(row.name) \(key)"] = value }
            }
        }
        return options
    }
}
