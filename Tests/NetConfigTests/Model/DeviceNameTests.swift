import Testing

@testable import NetConfigCore

@Suite struct DeviceNameTests {
    @Test(arguments: ["e", "eth0", "eth0.5", "enp129s0f1np1", "123456789012345", "a_b-c", "...", "xapi_internal0", "0"])
    func `names that the kernel takes are taken`(text: String) {
        #expect(DeviceName(text)?.text == text)
    }

    @Test(arguments: [
        "", ".", "..", "1234567890123456", "a/b", "/", "a b", "a\tb", "a\n", "eth0:1", "\u{0}", "a\u{7F}", "é",
        "eth\u{1B}",
    ])
    func `names that would be unsafe in a path, a message or a row are not`(text: String) {
        #expect(DeviceName(text) == nil)
    }

    @Test(
        arguments: [
            ([UInt8]("eth0".utf8), "eth0"), (Array("br\u{FC}".utf8), "br\u{FC}"), ([0x62, 0x72, 0xFC], "br:fc"),
            ([0xFF], ":ff"),
            (Array("a\u{301}".utf8), "a\u{301}"), (Array("\u{E1}".utf8), "\u{E1}"),
            (Array("x\u{202E}".utf8), "x:e2:80:ae"),
            (Array("\u{1B}[2J".utf8), ":1b[2J"), (Array("a\u{3000}".utf8), "a:e3:80:80"),
            (Array("a:b/".utf8), "a:3ab:2f"),
            (Array(repeating: 0xFE, count: 15), String(repeating: ":fe", count: 15)),
        ] as [([UInt8], String)])
    func `any name that the kernel has can be described, shown and read again`(bytes: [UInt8], text: String) throws {
        let name = try #require(DeviceName(kernel: bytes))
        #expect(name.text.isExactly(text) && name.bytes == bytes)
        #expect(name.cString.map(UInt8.init(bitPattern:)) == bytes + [0])
        #expect(DeviceName(shown: text) == name && DeviceName(shown: text)?.bytes == bytes)
    }

    @Test func `names that only look the same are two`() throws {
        let names = ["\u{E1}", "a\u{301}", "a:cc:81"].compactMap { DeviceName(shown: $0) }
        #expect(names.count == 2 && Set(names).count == 2)
        for text in ["", "a:", "a:f", "a:zz", "a:41", "a:FF", "x:00", String(repeating: "x", count: 16)] {
            #expect(DeviceName(shown: text) == nil, "\(text)")
        }
        #expect(DeviceName(interface: "br\u{FC}")?.text == "br\u{FC}" && DeviceName(interface: "br:fc") == nil)
        #expect(DeviceName(kernel: []) == nil && DeviceName(kernel: Array(repeating: 1, count: 16)) == nil)
    }

    @Test func `names are ordered as people read them`() {
        let sorted = [
            "bond0", "eth0", "eth0.5", "eth1", "eth2", "eth02", "eth2.9", "eth2.10", "eth10", "ethx", "xenbr0",
        ]
        let names = sorted.shuffled().compactMap { DeviceName($0) }.sorted().map(\.text)
        // The same number with leading zeros is another device, and its place is fixed.
        #expect(names.filter { $0 != "eth02" } == sorted.filter { $0 != "eth02" })
        #expect(names.count == sorted.count)
    }

    @Test func `the order is total`() throws {
        let names = try ["eth2", "eth02", "eth002", "eth2a", "a1b2", "a01b2", "a1b02", "999999999999999", "1"].map {
            try #require(DeviceName($0))
        }
        for first in names {
            for second in names {
                #expect([first < second, second < first, first == second].filter { $0 }.count == 1)
                for third in names where first < second && second < third { #expect(first < third) }
            }
        }
    }
}
