import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct LiveRecordTests {
    /// A record of XAPI's with these fields.
    private func record(_ reference: String, _ fields: KeyValuePairs<String, XMLRPCValue>) -> XMLRPCValue.Member {
        .init(name: reference, value: .structure(fields.map { .init(name: $0.key, value: $0.value) }))
    }

    private func strings(_ texts: String...) -> XMLRPCValue { .array(texts.map(XMLRPCValue.string)) }

    private func map(_ entries: KeyValuePairs<String, String>) -> XMLRPCValue {
        .structure(entries.map { .init(name: $0.key, value: .string($0.value)) })
    }

    private var pif: XMLRPCValue.Member {
        record(
            "p",
            [
                "uuid": .string("u"), "device": .string(" eth0 "), "network": .string("n"), "VLAN": .string("-1"),
                "management": .boolean(true), "currently_attached": .boolean(true), "managed": .boolean(false),
                "physical": .boolean(true), "bond_slave_of": .string("OpaqueRef:NULL"), "bond_master_of": .array([]),
                "ip_configuration_mode": .string("Static"), "IP": .string("192.0.2.10"),
                "netmask": .string("255.255.255.0"), "gateway": .string(""), "DNS": .string("192.0.2.1, 192.0.2.2"),
                "ipv6_configuration_mode": .string("Static"),
                "IPv6": strings("2001:db8::1/64", "2001:db8::2/64"), "ipv6_gateway": .string("2001:db8::f"),
                "primary_address_type": .string("IPv6"), "properties": map(["gro": "on"]),
                "other_config": map(["mtu": "9000", "XenCenter.CustomFields.x": "1", "a b": "2"]),
                "sriov_logical_PIF_of": strings("OpaqueRef:s"), "of_the_future": .array([.array([])]),
            ])
    }

    @Test func `every field of a PIF is taken from live data, attachment as it is given`() throws {
        var reading = RecordReading()
        reading.add([pif], .pif)
        let pif = try #require(reading.model.pif("PIF eth0"))
        #expect(pif.currentlyAttached && pif.management && !pif.managed && pif.physical)
        #expect(pif.vlan == nil && pif.bondSlaveOf == nil && pif.bondMasterOf.isEmpty)
        #expect(pif.ipv4.prefix == IPPrefix("192.0.2.10/24") && pif.ipv4.gateway == nil)
        #expect(pif.dns.map(\.description) == ["192.0.2.1", "192.0.2.2"])
        #expect(pif.ipv6.mode == .static && pif.ipv6.gateway == IPAddress("2001:db8::f"))
        #expect(pif.ipv6.addresses.map(\.description) == ["2001:db8::1/64", "2001:db8::2/64"])
        #expect(pif.primaryAddressType == .v6)
        #expect(pif.properties == ["gro": "on"] && pif.otherConfig.entries == ["mtu": "9000"])
        #expect(pif.sriovLogicalPIFOf == ["OpaqueRef:s"])
        #expect(reading.model.warnings.isEmpty)
    }

    @Test(arguments: [XMLRPCValue.string("7"), .integer(7)])
    func `a number may come as a number or as text`(number: XMLRPCValue) throws {
        var reading = RecordReading()
        reading.add([record("p", ["device": .string("eth0"), "network": .string("n"), "VLAN": number])], .pif)
        #expect(reading.model.pifs.values.first?.vlan == 7)
    }

    @Test func `records of other hosts are left out`() throws {
        var reading = RecordReading()
        reading.add([pif], .pif)
        reading.add(
            [
                record("v1", ["tagged_PIF": .string("q"), "untagged_PIF": .string("other")]),
                record("v2", ["tagged_PIF": .string("q"), "untagged_PIF": .string("p"), "tag": .string("5")]),
                record("v3", [:]),
            ], .vlan)
        reading.add([record("b", ["master": .string("other"), "slaves": strings("q")])], .bond)
        reading.add(
            [
                record("t1", ["access_PIF": .string("q"), "transport_PIF": .string("other")]),
                record(
                    "t2", ["access_PIF": .string("q"), "transport_PIF": .string("p"), "protocol": .string("vxlan")]),
            ], .tunnel)
        #expect(reading.model.vlans.values.map(\.ref.text) == ["v2"] && reading.model.vlans.values.first?.tag == 5)
        #expect(reading.model.bonds.isEmpty)
        #expect(reading.model.tunnels.values.map(\.ref.text) == ["t2"])
    }

    @Test func `a bond's mode and properties, and the pool's settings, are taken from live data`() throws {
        var reading = RecordReading()
        reading.add([pif], .pif)
        reading.add(
            [
                record(
                    "b",
                    [
                        "master": .string("p"), "slaves": strings("q", "r"), "primary_slave": .string("q"),
                        "mode": .string("lacp"), "properties": map(["hashing_algorithm": "src_mac"]),
                    ])
            ], .bond)
        reading.add(
            [
                record(
                    "pool",
                    [
                        "igmp_snooping_enabled": .boolean(true), "vswitch_controller": .string("192.0.2.9"),
                        "other_config": map(["vswitch-controller-fail-mode": "secure"]),
                    ])
            ], .pool)
        let bond = try #require(reading.model.bonds.values.first)
        #expect(bond.mode == "lacp" && bond.properties == ["hashing_algorithm": "src_mac"])
        #expect(bond.slaves.map(\.text) == ["q", "r"])
        #expect(reading.model.pool?.igmpSnoopingEnabled == true && reading.model.pool?.vswitchController == "192.0.2.9")
        #expect(reading.model.pool?.otherConfig["vswitch-controller-fail-mode"] == "secure")
    }

    @Test(arguments: [
        (XMLRPCValue.string("no record"), "pif x, field device: the device name is missing"),
        (.structure([.init(name: "device", value: .string("a/b"))]), "pif x, field device: 'a/b' is not a device name"),
        (.structure([.init(name: "device", value: .array([]))]), "pif x, field device"),
    ])
    func `a record that is none is told with its reference`(value: XMLRPCValue, message: String) {
        var reading = RecordReading()
        reading.add([.init(name: "x", value: value)], .pif)
        let error = reading.diagnostics.errors.first
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test func `live data is written to the cache and read again the same, but for what a cache has no place for`()
        throws
    {
        var reading = RecordReading()
        reading.add([pif], .pif)
        reading.add(
            [record("n", ["bridge": .string("xenbr0"), "MTU": .string("9000"), "PIFs": strings("p", "q")])], .network)
        reading.add([record("pool", ["uuid": .string("u"), "igmp_snooping_enabled": .boolean(false)])], .pool)
        reading.compare()
        var live = reading.usableModel
        let copy = try CacheReader.read(CacheWriter.bytes(of: live), name: "cache")
        #expect(copy != live)
        let ref = try #require(live.pif("PIF eth0")?.ref)
        live.pifs[ref]?.currentlyAttached = false
        live.pifs[ref]?.physical = false
        #expect(copy == live)
    }

    @Test func `of two pools the first is used, and one without reference is none`() {
        var reading = RecordReading()
        reading.add([record("OpaqueRef:NULL", ["uuid": .string("u")])], .pool)
        #expect(reading.model.pool == nil && reading.diagnostics.errors.isEmpty && reading.diagnostics.warnings.isEmpty)
        reading.add([record("a", [:]), record("b", [:])], .pool)
        #expect(reading.model.pool?.ref.text == "a" && reading.diagnostics.errors.isEmpty)
        let message = "pool b: a host is in one pool only, and a comes before this one; the first is used"
        #expect(reading.diagnostics.warnings.map(\.description) == [message])
    }

    @Test func `a reference has one record`() {
        var reading = RecordReading()
        reading.add([pif, pif], .pif)
        reading.compare()
        #expect(reading.diagnostics.errors.first?.message == "another pif has the same reference")
        #expect(reading.usableModel.pifs.isEmpty && reading.usableModel.unusable.map(\.pif.ref.text) == ["p"])
    }
}
