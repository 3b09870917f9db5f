import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct CacheReaderTests {
    @Test func `the original's cache is read with every record and field`() throws {
        let model = try CacheSample("original.xml").model()
        #expect(model.pifs.count == 12)
        #expect(model.bonds.count == 1)
        #expect(model.vlans.count == 6)
        #expect(model.tunnels.count == 1)
        #expect(model.networks.count == 14)
        #expect(model.warnings.isEmpty)
        let pool = try #require(model.pool)
        #expect(pool.otherConfig["vswitch-controller-fail-mode"] == "standalone")
        #expect(pool.igmpSnoopingEnabled == nil)

        let eth0 = try #require(model.pif("PIF eth0"))
        #expect(eth0.uuid == "0cb1e29c-658c-da14-95e6-0af593bd04cf")
        #expect(eth0.management && eth0.managed)
        #expect(eth0.ipv4.mode == .dhcp)
        #expect(eth0.ipv4.prefix == IPPrefix("192.0.2.10/24"))
        #expect(eth0.ipv4.gateway == IPAddress("192.0.2.1"))
        #expect(eth0.dns.map(\.description) == ["192.0.2.2", "192.0.2.3"])
        #expect(eth0.mac == MACAddress("52:54:00:00:00:10"))
        #expect(eth0.vlanSlaveOf.count == 2)
        #expect(eth0.tunnelTransportPIFOf.count == 1)
        #expect(model.network(of: eth0)?.mtu == 1500)
        #expect(model.bridge(of: eth0)?.text == "xenbr0")

        let eth1 = try #require(model.pif("PIF eth1"))
        #expect(eth1.otherConfig.entries == ["defaultroute": "false", "mtu": "9000", "ethtool-gro": "on"])
        #expect(eth1.ipv4.gateway == nil && eth1.dns.isEmpty)

        let bond0 = try #require(model.pif("PIF bond0"))
        #expect(model.uplinks(of: bond0).map(\.device.text) == ["eth2", "eth3"])
        let tagged = try #require(model.pif("PIF bond0 VLAN 2"))
        #expect(model.datapathPIF(of: tagged) == bond0)
        #expect(model.vlanPIFs(on: bond0).map(\.vlan) == [1, 2])
        let tunnel = try #require(model.pif("PIF tunnel0"))
        #expect(model.uplinks(of: tunnel).isEmpty)
        let network = model.network(of: try #require(model.pif("PIF eth0 VLAN 1")))
        #expect(network?.otherConfig["static-routes"] == "172.16.0.0/15/10.1.0.1")
        #expect(network?.otherConfig["ethtool-tso"] == "off")
    }

    @Test(arguments: ["windows-1252", "ISO-8859-1", "UTF-16", "EBCDIC-US", "none-such"])
    func `a text is UTF-8 whatever it calls itself`(_ name: String) throws {
        func cache(_ mode: [UInt8]) -> [UInt8] {
            let pool = "<pool ref='p'><other_config><vswitch-controller-fail-mode>"
            let start = "<?xml version='1.0' encoding='\(name)'?><xenserver-network-configuration>" + pool
            let end = "</vswitch-controller-fail-mode></other_config></pool></xenserver-network-configuration>"
            return Array(start.utf8) + mode + Array(end.utf8)
        }
        let model = try CacheReader.read(cache([0x5A, 0xC3, 0xBC]), name: "cache")
        #expect(model.pool?.otherConfig["vswitch-controller-fail-mode"] == "Zü")
        #expect(throws: CacheError.self) { try CacheReader.read(cache([0x5A, 0xFC]), name: "cache") }
    }

    @Test(arguments: [
        [0xFF, 0xFE, 0x3C, 0x00], [0x3C, 0x00, 0x3F, 0x00], [0x00, 0x00, 0x00, 0x3C], [0x4C, 0x6F, 0xA7, 0x94],
    ])
    func `a text that begins as UTF-16, UCS-4 or EBCDIC does is none`(_ start: [UInt8]) {
        let error = #expect(throws: CacheError.self) {
            try CacheReader.read(start + Array(repeating: 0x3C, count: 100), name: "cache")
        }
        #expect(error?.description.contains("the text is not UTF-8") == true)
    }

    @Test func `what a cache says about attachment is stale and never read`() throws {
        let model = try CacheSample("original.xml").model()
        #expect(!model.pifs.isEmpty && model.pifs.values.allSatisfy { !$0.currentlyAttached })
    }

    @Test func `the older form, each value on a line of its own, says the same`() throws {
        #expect(try CacheSample("older-original.xml").model() == CacheSample("original.xml").model())
    }

    @Test func `an installer's cache is read although it omits much`() throws {
        let model = try CacheSample("installer.xml").model()
        #expect(model.pool == nil && model.warnings.isEmpty)
        let bond0 = try #require(model.pif("PIF bond0"))
        #expect(bond0.ipv4.mode == .static)
        #expect(bond0.ipv6.mode == .static)
        #expect(bond0.ipv6.addresses.map(\.description) == ["2001:db8::20/64"])
        #expect(bond0.ipv6.gateway == IPAddress("2001:db8::1"))
        #expect(bond0.otherConfig["domain"] == "lab.example")
        #expect(bond0.primaryAddressType == .v4)
        #expect(!model.networks.isEmpty && model.networks.values.allSatisfy { $0.mtu == nil })
        // Every PIF is marked as management; of a bond's slaves that is not to be believed.
        #expect(model.pifs.values.filter(model.isManagement).map(\.device.text) == ["bond0"])
        #expect(bond0.uuid == "bond0Pif")
    }

    static let minimal = """
        <pif ref="p"><device>eth0</device><network>n</network></pif><network ref="n"><bridge>xenbr0</bridge></network>
        """

    @Test func `absent fields have their defaults`() throws {
        let model = try NetworkModel(records: Self.minimal)
        let pif = try #require(model.pif("PIF eth0"))
        var expected = try PIF(
            ref: #require(Ref("p")), uuid: "p", device: #require(DeviceName("eth0")), network: #require(Ref("n")))
        #expect(pif == expected)
        expected.managed = false
        #expect(pif != expected)
        // The network does not list its PIF; the PIF's word is enough.
        #expect(model.networks.values.first?.pifs == [pif.ref])
    }

    @Test func `a device may have any name that the kernel takes`() throws {
        let model = try NetworkModel(records: Self.minimal.replacing("<device>eth0<", with: "<device>?<"))
        #expect(model.pif("PIF ?") != nil)
    }

    @Test func `what is not known is skipped`() throws {
        let model = try NetworkModel(
            records: """
                <!-- by hand --><?note?><future ref="f"><device>x y</device></future>stray
                <pif ref="p" age="3"><device>eth0<b>deep<c/></b></device><network>n</network><purple><uuid>1</uuid></purple>
                <other_config><domain>a.example</domain><other>1</other></other_config>
                <VLAN_slave_of><unknown>v</unknown></VLAN_slave_of></pif>
                <network ref="n"><bridge> <![CDATA[xenbr0]]> </bridge><MTU>9&#48;00</MTU></network>
                """)
        let pif = try #require(model.pif("PIF eth0"))
        #expect(pif.otherConfig.entries == ["domain": "a.example"])
        #expect(model.bridge(of: pif)?.text == "xenbr0")
        #expect(model.network(of: pif)?.mtu == 9000)
    }

    @Test func `references to nothing, in either spelling, are none`() throws {
        let model = try NetworkModel(
            records: """
                <pif ref="p"><device>eth0</device><network>n</network><bond_slave_of></bond_slave_of>
                <VLAN_master_of> OpaqueRef:NULL </VLAN_master_of><VLAN_slave_of><master>OpaqueRef:NULL</master></VLAN_slave_of>
                <bond_master_of>OpaqueRef:NULL</bond_master_of></pif><network ref="n"><bridge/></network>
                """)
        let pif = try #require(model.pif("PIF eth0"))
        #expect(
            pif.bondSlaveOf == nil && pif.vlanMasterOf == nil && pif.vlanSlaveOf.isEmpty && pif.bondMasterOf.isEmpty)
        #expect(model.bridge(of: pif) == nil)
    }

    @Test func `PIFs of other hosts are dropped from networks`() throws {
        let model = try NetworkModel(
            records: Self.minimal.replacing("</bridge>", with: "</bridge><PIFs><PIF>q</PIF><PIF>p</PIF></PIFs>"))
        #expect(model.networks.values.first?.pifs.map(\.text) == ["p"])
    }

    @Test func `relations that one record lacks are filled in from the other`() throws {
        let model = try NetworkModel(
            records: """
                <pif ref="a"><device>eth0</device><network>na</network></pif><network ref="na"/>
                <pif ref="b"><device>eth1</device><network>nb</network></pif><network ref="nb"/>
                <pif ref="m"><device>bond0</device><network>nm</network></pif><network ref="nm"/>
                <pif ref="v"><device>bond0</device><VLAN>7</VLAN><network>nv</network></pif><network ref="nv"/>
                <pif ref="t"><device>tunnel0</device><network>nt</network></pif><network ref="nt"/>
                <bond ref="B"><master>m</master><slaves><slave>b</slave><slave>a</slave></slaves></bond>
                <vlan ref="V"><tagged_PIF>m</tagged_PIF><untagged_PIF>v</untagged_PIF></vlan>
                <tunnel ref="T"><access_PIF>t</access_PIF><transport_PIF>v</transport_PIF></tunnel>
                """)
        let bond0 = try #require(model.pif("PIF bond0"))
        #expect(model.slaves(of: try #require(model.bond(masteredBy: bond0))).map(\.device.text) == ["eth1", "eth0"])
        #expect(model.pif("PIF eth0")?.bondSlaveOf?.text == "B")
        #expect(model.vlanPIFs(on: bond0).map(\.ref.text) == ["v"])
        #expect(model.datapathPIF(of: try #require(model.pif("PIF bond0 VLAN 7"))) == bond0)
        #expect(model.uplinks(of: try #require(model.pif("PIF tunnel0"))).isEmpty)
        #expect(model.pif("PIF bond0 VLAN 7")?.tunnelTransportPIFOf.map(\.text) == ["T"])
    }

    @Test(arguments: [
        ("<MAC>x</MAC>", nil),
        ("<MAC></MAC>", nil),
        ("<MAC>00:11</MAC>", "MAC '00:11' ignored: expected a MAC address (line 3)"),
        ("<IP>10.0.0.256</IP>", "IP '10.0.0.256' ignored: expected an IPv4 address (line 3)"),
        ("<IP>::1</IP>", "IP '::1' ignored: expected an IPv4 address (line 3)"),
        ("<netmask>255.0.255.0</netmask>", "netmask '255.0.255.0' ignored: expected an IPv4 netmask (line 3)"),
        ("<netmask>0.0.0.0</netmask>", "netmask '0.0.0.0' ignored: expected an IPv4 netmask (line 3)"),
        ("<gateway>gw</gateway>", "gateway 'gw' ignored: expected an IPv4 address (line 3)"),
        ("<DNS>192.0.2.1 , dns</DNS>", "DNS 'dns' ignored: expected an IP address (line 3)"),
        ("<IPv6>2001:db8::1</IPv6>", "IPv6 '2001:db8::1' ignored: expected an IPv6 address/length (line 3)"),
        ("<IPv6>ff02::1/64</IPv6>", "IPv6 'ff02::1/64' ignored: it is not a host address (line 3)"),
        ("<ipv6_gateway>1.2.3.4</ipv6_gateway>", "ipv6_gateway '1.2.3.4' ignored: expected an IPv6 address (line 3)"),
    ])
    func `a malformed address is left out with a warning`(field: String, warning: String?) throws {
        let model = try NetworkModel(
            records: Self.minimal.replacing("</network></pif>", with: "</network>\n\(field)</pif>"))
        #expect(model.warnings.map(\.description) == (warning.map { ["PIF eth0: \($0)"] } ?? []))
        let pif = try #require(model.pif("PIF eth0"))
        #expect(pif.mac == nil && pif.ipv4 == IPv4Configuration() && pif.ipv6 == IPv6Configuration())
    }

    @Test func `of static IPv6 addresses a link-local one and one without a network are left out`() throws {
        let addresses = "<IPv6>fe80::10/64,2001:db8::10/64,2001:db8::11/0</IPv6>"
        let mode = "<ipv6_configuration_mode>Static</ipv6_configuration_mode>"
        let model = try NetworkModel(
            records: Self.minimal.replacing("</network></pif>", with: "</network>\(mode)\(addresses)</pif>"))
        #expect(model.pif("PIF eth0")?.ipv6.addresses.map(\.description) == ["2001:db8::10/64"])
        #expect(
            model.warnings.map(\.message) == [
                "IPv6 'fe80::10/64' ignored: the kernel assigns link-local addresses itself",
                "IPv6 '2001:db8::11/0' ignored: a prefix length of 0 is not valid for an address",
            ])
    }

    @Test func `of an IPv6 address that is given with two lengths the first counts`() throws {
        let addresses = "<IPv6>2001:db8::10/64,2001:db8::10/48,2001:db8::11/64,2001:db8::10/64</IPv6>"
        let model = try NetworkModel(
            records: Self.minimal.replacing("</network></pif>", with: "</network>\(addresses)</pif>"))
        #expect(model.pif("PIF eth0")?.ipv6.addresses.map(\.description) == ["2001:db8::10/64", "2001:db8::11/64"])
        #expect(
            model.warnings.map(\.message) == [
                "IPv6 '2001:db8::10/48' ignored: the address is listed already, with length 64",
                "IPv6 '2001:db8::10/64' ignored: the address is listed already, with length 64",
            ])
    }

    @Test(arguments: ["0", "67", "65536", "1_500", "+1500", "large"])
    func `a malformed MTU is left out with a warning`(text: String) throws {
        let model = try NetworkModel(records: Self.minimal.replacing("</bridge>", with: "</bridge><MTU>\(text)</MTU>"))
        #expect(
            model.warnings.map(\.description)
                == ["network xenbr0: MTU '\(text)' ignored: expected a number from 68 to 65535 (line 2)"])
    }

    @Test(arguments: [("True", true), ("true", true), ("1", true), ("FALSE", false), (" 0 ", false), ("", false)])
    func `booleans come in several spellings`(text: String, value: Bool) throws {
        let model = try NetworkModel(
            records: Self.minimal.replacing(
                "</network></pif>", with: "</network><management>\(text)</management></pif>"))
        #expect(model.pif("PIF eth0")?.management == value)
    }

    @Test(arguments: [
        "2001:db8::1/64,2001:db8::2/64", "2001:db8::1/64 2001:db8::2/64", "\n2001:db8::1/64 ,\n 2001:db8::2/64\n",
        "<ip>2001:db8::1/64</ip><ip>2001:db8::2/64</ip>",
    ])
    func `several IPv6 addresses may be written in several ways`(text: String) throws {
        let model = try NetworkModel(
            records: Self.minimal.replacing("</network></pif>", with: "</network><IPv6>\(text)</IPv6></pif>"))
        #expect(model.pif("PIF eth0")?.ipv6.addresses.map(\.description) == ["2001:db8::1/64", "2001:db8::2/64"])
        #expect(model.warnings.isEmpty)
    }
}
