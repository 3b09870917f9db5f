import Testing

@testable import NetConfigCore

@Suite struct VswitchControllerTests {
    @Test(arguments: [
        ("192.0.2.9", "ssl:192.0.2.9:6640"),
        ("2001:db8::9", "ssl:[2001:db8::9]:6640"),
        ("[2001:db8::9]", "ssl:[2001:db8::9]:6640"),
        ("controller-1.example.com", "ssl:controller-1.example.com:6640"),
    ])
    func `a controller's address becomes a manager's target`(address: String, target: String) throws {
        #expect(try #require(VswitchController(address: address)).target == target)
    }

    @Test(arguments: [
        "", " ", "192.0.2.9 ", "192.0.2.9:6640", "a b", "a,b", "[192.0.2.9", "[name]", "2001:db8::x", "a/b", "a\nb",
        String(repeating: "a", count: 254),
    ])
    func `what is neither address nor name is no controller`(address: String) {
        #expect(VswitchController(address: address) == nil)
    }

    @Test(arguments: [
        ("192.0.2.9", "ssl:192.0.2.9", true), ("192.0.2.9", "ssl:192.0.2.9:6632", true),
        ("192.0.2.9", "ssl:192.0.2.90:6640", false), ("192.0.2.9", "tcp:192.0.2.9:6640", false),
        ("192.0.2.9", "pssl:6640", false), ("2001:db8::9", "ssl:[2001:DB8:0::9]:6640", true),
        ("2001:db8::9", "ssl:[2001:db8::9]", true), ("2001:db8::9", "ssl:[2001:db8::8]:6640", false),
        ("Name.example.com", "ssl:name.example.com:6640", true), ("192.0.2.9", "ssl:", false),
        ("192.0.2.9", "ssl:[", false),
    ])
    func `a manager is compared by its host`(address: String, target: String, isSame: Bool) throws {
        #expect(try #require(VswitchController(address: address)).isAt(target) == isSame)
    }

    @Test func `a controller that connects to the host is at no address`() {
        #expect(VswitchController.passive.target == "pssl:6640")
        #expect(!VswitchController.passive.isAt("pssl:6640"))
    }
}
