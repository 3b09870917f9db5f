import Testing

@testable import NetConfigCore

@Suite struct MACAddressTests {
    @Test(arguments: [
        ("00:16:3e:01:02:0f", "00:16:3e:01:02:0f"), ("00:16:3E:01:02:0F", "00:16:3e:01:02:0f"),
        ("00-16-3e-01-02-0f", "00:16:3e:01:02:0f"), ("ff:ff:ff:ff:ff:ff", "ff:ff:ff:ff:ff:ff"),
    ])
    func `six pairs of digits are an address, written in lower case`(text: String, canonical: String) {
        #expect(MACAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "x", "00:16:3e:01:02", "00:16:3e:01:02:03:04", "0:16:3e:01:02:03", "00:16:3e:01:02:0g", "00163e010203",
        "00:16:3e:01:02:03 ", "00:16:3e:01:02: 3", "+0:16:3e:01:02:03", "00.16.3e.01.02.03", "00:16:3e:01:02:é",
    ])
    func `anything else is none`(text: String) {
        #expect(MACAddress(text) == nil)
    }

    @Test func `bytes are in the order of the wire`() throws {
        let address = try #require(MACAddress("00:16:3e:01:02:03"))
        #expect(address.bytes == [0x00, 0x16, 0x3E, 1, 2, 3])
        #expect(MACAddress(bytes: address.bytes) == address)
        #expect(MACAddress(bits: 0x0016_3E01_0203) == address)
        #expect(MACAddress(bytes: [1, 2, 3]) == nil && MACAddress(bits: 1 << 48) == nil)
    }

    @Test(arguments: [
        ("02:00:00:00:00:01", true), ("00:00:00:00:00:00", false), ("01:00:5e:00:00:01", false),
        ("ff:ff:ff:ff:ff:ff", false), ("fe:ff:ff:ff:ff:ff", false),
    ])
    func `a NIC cannot own a group's address, zeros, or the placeholder of devices without one`(text: String, can: Bool)
    {
        #expect(MACAddress(text)?.isAssignable == can)
    }
}
