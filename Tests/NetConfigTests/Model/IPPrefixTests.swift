import Testing

@testable import NetConfigCore

@Suite struct IPPrefixTests {
    @Test(arguments: ["192.0.2.10/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::1/64", "::/0", "::1/128"])
    func `an address with a length is a prefix`(text: String) {
        #expect(IPPrefix(text)?.description == text)
    }

    @Test(arguments: [
        "192.0.2.10", "192.0.2.10/", "/24", "192.0.2.10/33", "192.0.2.10/-1", "192.0.2.10/+24", "192.0.2.10/024",
        "192.0.2.10/24/1",
        "2001:db8::1/129", "192.0.2.10/255.255.255.0", "192.0.2.10/ 24", "",
    ])
    func `other text is no prefix`(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test(arguments: [
        ("255.255.255.0", 24), ("0.0.0.0", 0), ("255.255.255.255", 32), ("128.0.0.0", 1), ("255.255.255.254", 31),
        ("255.0.255.0", nil), ("0.0.0.255", nil), ("255.255.255.1", nil), ("::", nil),
    ])
    func `a netmask is a run of ones`(mask: String, length: Int?) throws {
        let prefix = try IPPrefix(#require(IPAddress("192.0.2.10")), netmask: #require(IPAddress(mask)))
        #expect(prefix?.length == length)
        if let prefix { #expect(prefix.netmask == IPAddress(mask)) }
    }

    @Test(arguments: [
        ("192.0.2.10/24", "192.0.2.0/24", "192.0.2.255"), ("192.0.2.10/0", "0.0.0.0/0", "255.255.255.255"),
        ("192.0.2.10/30", "192.0.2.8/30", "192.0.2.11"), ("192.0.2.10/31", "192.0.2.10/31", nil),
        ("192.0.2.10/32", "192.0.2.10/32", nil), ("2001:db8::ff/64", "2001:db8::/64", nil),
        ("2001:db8::1/0", "::/0", nil),
        ("2001:db8::1/128", "2001:db8::1/128", nil),
    ])
    func `a prefix has a network and, large enough and IPv4, a broadcast address`(
        text: String, network: String, broadcast: String?
    ) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.network.description == network)
        #expect(prefix.broadcast?.description == broadcast)
    }

    @Test(arguments: [
        ("192.0.2.0/24", "192.0.2.200", true), ("192.0.2.0/24", "192.0.3.0", false), ("0.0.0.0/0", "203.0.113.1", true),
        ("192.0.2.0/24", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:ffff::", true),
        ("::/0", "192.0.2.1", false),
        ("2001:db8::/48", "10.0.0.1", false),
    ])
    func `a prefix contains the addresses that begin with it`(prefix: String, address: String, contains: Bool) throws {
        #expect(try #require(IPPrefix(prefix)).contains(#require(IPAddress(address))) == contains)
    }
}
