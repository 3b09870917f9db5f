import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct ManagementCacheTests {
    private func device(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }

    @Test func `untagged, the interface is one PIF on one bridge`() throws {
        var cache = try ManagementCache(
            bridge: device("xenbr0"), device: device("eth0"), mac: MACAddress("02:00:00:00:00:01"))
        cache.ipv4.mode = .dhcp
        cache.dns = [.v4(0xC000_0235)]
        let model = cache.model
        try model.validate()
        let pif = try #require(model.pif("PIF eth0"))
        #expect(model.pifs.count == 1 && model.networks.count == 1 && model.vlans.isEmpty)
        #expect(model.isManagement(pif) && pif.vlan == nil && pif.uuid == "eth0Pif")
        #expect(pif.ipv4.mode == .dhcp && pif.dns == cache.dns && pif.mac == cache.mac && pif.primaryAddressType == .v4)
        #expect(model.ipDevice(of: pif)?.text == "xenbr0")
        #expect(try CacheReader.read(CacheWriter.bytes(of: model), name: "cache") == model)
    }

    @Test(arguments: [
        ("eth0", "xapi1", "xenbr0"), ("eth0", "xenbr0", "xapi0"), ("bond0", "xapi0", "brbond0"),
        ("bond0", "brbond0", "xapi0"),
        ("enp129s0f1np1", "xapi0", "brenp129s0f1np1"), ("enp129s0f1np1x", "xapi0", "xapi1"),
    ])
    func `with a tag, the address is on a VLAN and the PIF under it has a bridge of its own`(
        name: String, bridge: String, underlying: String
    ) throws {
        var cache = try ManagementCache(bridge: device(bridge), device: device(name), vlan: 7)
        cache.ipv6.mode = .autoconf
        let model = cache.model
        try model.validate()
        let vlan = try #require(model.pif("PIF \(name) VLAN 7"))
        #expect(model.isManagement(vlan) && vlan.ipv6.mode == .autoconf && vlan.primaryAddressType == .v6)
        #expect(model.bridge(of: vlan)?.text == bridge)
        let below = model.datapathPIF(of: vlan)
        #expect(below.vlan == nil && !below.management && below.ipv6.mode == .none)
        #expect(model.bridge(of: below)?.text == underlying)
        #expect(try CacheReader.read(CacheWriter.bytes(of: model), name: "cache") == model)
        #expect(cache.model == model)
    }
}
