import Foundation
import Testing

@testable import NetConfigCore

@Suite struct OVSDBValueTests {
    /// One value in each form of RFC 7047, section 5.1.
    private static let values: [(name: String, value: OVSDBValue)] = [
        ("string", .string("xenbr0")), ("integer", .integer(-3)), ("real", .real(0.5)), ("boolean", .boolean(true)),
        ("uuid", .uuid("550e8400-e29b-41d4-a716-446655440000")), ("named uuid", .namedUUID("Port_0")),
        ("empty set", .set([])), ("set of one that looks like a default", .set([.integer(0)])),
        ("set", .set([.integer(2), .integer(10)])), ("empty map", .map([OVSDBValue: OVSDBValue]())),
        ("map", .map(["hwaddr": "00:16:3e:00:00:01", "mtu": "1500"])),
        ("map of integers to rows", .map([.integer(0): .uuid("550e8400-e29b-41d4-a716-446655440000")])),
    ]

    @Test func `values are written as RFC 7047 has them`() throws {
        try expectGolden(Dictionary(uniqueKeysWithValues: Self.values.map { ($0.name, $0.value) }), "values.json")
    }

    @Test func `values are read as RFC 7047 has them, by both readers`() throws {
        let data = try Data(contentsOf: ovsdbTestData("values.json"))
        let json = try #require(try JSONReader.read(Array(data)).object)
        let decoded = try JSONDecoder().decode([String: OVSDBValue].self, from: data)
        for (name, value) in Self.values {
            #expect(json[name].flatMap(OVSDBValue.init) == value, "\(name)")
            #expect(decoded[name] == value, "\(name)")
        }
    }

    @Test func `a set of one is its element`() throws {
        let json = try JSONReader.read(Array(#"["set",["secure"]]"#.utf8))
        #expect(OVSDBValue(json) == .string("secure"))
    }

    @Test(arguments: [
        "null", "{}", "[]", #"["set"]"#, #"["set",1]"#, #"["set",[null]]"#, #"["map",[["k"]]]"#, #"["map",["k"]]"#,
        #"["uuid",1]"#, #"["other",[]]"#, #"[1,2]"#, #"["map",[["k","v","w"]]]"#, #"["set",[],[]]"#,
    ])
    func `what is no value is none`(text: String) throws {
        #expect(OVSDBValue(try JSONReader.read(Array(text.utf8))) == nil)
    }
}
