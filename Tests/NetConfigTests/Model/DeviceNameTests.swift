import Testing

@testable import NetConfig

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
        let names = ["eth2", "eth02", "eth002", "eth2a", "a1b2", "a01b2", "a1b02", "999999999999999", "1"].compactMap {
            DeviceName($0)
        }
        for first in names {
            for second in names {
                #expect([first < second, second < first, first == second].filter { $0 }.count == 1)
                for third in names where first < second && second < third { #expect(first < third) }
            }
        }
    }
}
