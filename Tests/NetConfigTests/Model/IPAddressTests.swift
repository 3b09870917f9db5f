import Testing

@testable import NetConfigCore

@Suite struct IPAddressTests {
    /// Text as it may be written (RFC 4291, section 2.2), and as it is to be written (RFC 5952, section 4).
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("2001:DB8::1", "2001:db8::1"),
        ("2001:0db8:0000:0000:0000:0000:0002:0001", "2001:db8::2:1"),
        ("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
        ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("FF01::101", "ff01::101"),
        // A single group of zeros is not shortened.
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        // The longest run of zeros is, and of two equal ones the first.
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:0:0:0:0:0:0:0", "1::"),
        // The last 32 bits may be a dotted quad.
        ("::13.1.68.3", "::d01:4403"), ("::FFFF:129.144.52.38", "::ffff:8190:3426"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `an address has one canonical text`(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
        #expect(IPAddress(canonical) == IPAddress(text))
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1..3.4", "1.2.3.", ".1.2.3", "1.2.3.4 ",
        "+1.2.3.4",
        "0x1.2.3.4", "1.2.3.-4", "1.2.3.1234", "1.2.3.99999999999999999999", "a.b.c.d", "１.2.3.4",
        ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:", "fe80::1%eth0", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "::ffff:01.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4", "::+1",
        "2001:db8::1/64",
    ])
    func `other text is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `bytes are in network order`() throws {
        #expect(IPAddress.v4(0xC000_0201).bytes == [192, 0, 2, 1])
        #expect(IPAddress(bytes: [192, 0, 2, 1]) == IPAddress("192.0.2.1"))
        let six = try #require(IPAddress("2001:db8::1"))
        #expect(IPAddress(bytes: six.bytes) == six)
        #expect(six.bytes.prefix(4) == [0x20, 0x01, 0x0D, 0xB8])
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(arguments: [
        ("192.0.2.1", true), ("0.1.2.3", false), ("127.0.0.1", false), ("224.0.0.1", false), ("255.255.255.255", false),
        ("223.255.255.255", true), ("2001:db8::1", true), ("fe80::1", true), ("::", false), ("::1", false),
        ("ff02::1", false),
    ])
    func `a host can have only unicast addresses`(text: String, unicast: Bool) {
        #expect(IPAddress(text)?.isUnicast == unicast)
    }

    @Test(arguments: [
        ("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("fe7f::1", false), ("169.254.0.1", false),
    ])
    func `link-local means fe80 with ten bits`(text: String, local: Bool) {
        #expect(IPAddress(text)?.isLinkLocal == local)
    }
}
