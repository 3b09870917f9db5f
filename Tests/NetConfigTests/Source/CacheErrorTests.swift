import Testing

@testable import NetConfig

/// What is said about caches that cannot be used. Each file among the test data has its message here.
@Suite struct CacheErrorTests {
    @Test(arguments: [
        ("empty.xml", "cache: the cache is empty"),
        ("truncated.xml", "cache: line 4, column 8: Couldn't find end of Start Tag devi"),
        ("mismatched-tags.xml", "cache: line 5, column 8: Opening and ending tag mismatch: device line 4 and pif"),
        (
            "wrong-root.xml",
            "cache: line 2, column 1: the root element is 'network-configuration', 'xenserver-network-configuration' was expected"
        ),
        ("document-type.xml", "cache: line 2, column 43: a document type is not allowed"),
        ("unknown-entity.xml", "cache: line 4, column 17: Entity 'host' not defined"),
        ("after-the-root.xml", "cache: line 4, column 1: Extra content at the end of the document"),
        ("no-ref.xml", "cache: line 3, column 2: pif: attribute 'ref' is missing"),
        ("null-ref.xml", "cache: line 3, column 2: pif: attribute 'ref' is missing"),
        ("duplicate-ref.xml", "cache: line 7, column 2: pif OpaqueRef:p: another pif has the same reference"),
        ("duplicate-field.xml", "cache: line 5, column 3: pif OpaqueRef:p, field device: the field is given twice"),
        (
            "no-device.xml",
            "cache: line 3, column 2: pif OpaqueRef:p, field device: a device name was expected, there is none"
        ),
        (
            "bad-device.xml",
            "cache: line 4, column 3: pif OpaqueRef:p, field device: '../../x' is no device name: 1 to 15 bytes, no '/', no ':' and no white space"
        ),
        (
            "no-network.xml",
            "cache: line 3, column 2: pif OpaqueRef:p, field network: a reference was expected, there is none"
        ),
        (
            "bad-boolean.xml",
            "cache: line 6, column 3: pif OpaqueRef:p, field management: 'yes' is neither True nor False"
        ),
        (
            "bad-mode.xml",
            "cache: line 6, column 3: pif OpaqueRef:p, field ip_configuration_mode: 'dhcp' is none of None, DHCP, Static"
        ),
        (
            "bad-tag.xml",
            "cache: line 6, column 3: pif OpaqueRef:p, field VLAN: '4096' is no VLAN tag: a number from 0 to 4095, or -1 for none, is allowed"
        ),
        (
            "text-for-list.xml",
            "cache: line 6, column 3: pif OpaqueRef:p, field bond_master_of: a list was expected, not the text 'OpaqueRef:b'"
        ),
        (
            "dangling-network.xml",
            "cache: line 5, column 3: pif OpaqueRef:p, field network: there is no network OpaqueRef:n"
        ),
        ("dangling-slave.xml", "cache: line 13, column 3: bond OpaqueRef:b, field slaves: there is no pif OpaqueRef:q"),
        ("two-pools.xml", "cache: line 4, column 2: pool OpaqueRef:b: there are two pools, a host is in one"),
        (
            "two-pifs-on-a-network.xml",
            "cache: line 9, column 3: pif OpaqueRef:q, field network: PIF eth1 is on the same network as PIF eth0 (pif OpaqueRef:p): network OpaqueRef:n"
        ),
        (
            "two-networks-on-a-bridge.xml",
            "cache: line 15, column 3: network OpaqueRef:o, field bridge: network OpaqueRef:n has the same bridge xenbr0, and both have a PIF: PIF eth1 (pif OpaqueRef:q) and PIF eth0 (pif OpaqueRef:p)"
        ),
        (
            "vlan-loop.xml",
            "cache: line 7, column 3: pif OpaqueRef:p, field VLAN_master_of: the VLAN stands on itself: OpaqueRef:p, OpaqueRef:q"
        ),
    ])
    func `a broken cache says where it is broken, and how`(file: String, message: String) throws {
        let error = try #require(throws: CacheError.self) { try CacheSample("broken/\(file)").model() }
        #expect(error.description == message)
    }

    private static func message(_ records: String) -> String? {
        do throws(CacheError) {
            _ = try NetworkModel(records: records)
            return nil
        } catch {
            return error.description
        }
    }

    private static let eth0 = "<pif ref='p'><device>eth0</device><network>n</network></pif><network ref='n'/>"

    @Test(arguments: [
        (
            "<bond ref='b'><master>p</master><slaves/></bond>", "bond b, field slaves: the bond has no slaves"
        ),
        (
            "<bond ref='b'><master>p</master><slaves><slave>p</slave></slaves></bond>",
            "bond b, field slaves: pif p is its own slave"
        ),
        (
            "<bond ref='b'><master>q</master><slaves><slave>p</slave></slaves></bond>",
            "bond b, field master: there is no pif q"
        ),
        (
            "<bond ref='b'><master>p</master><slaves><slave>q</slave></slaves></bond>"
                + "<bond ref='c'><master>p</master><slaves><slave>q</slave></slaves></bond>"
                + "<pif ref='q'><device>eth1</device><network>m</network></pif><network ref='m'/>",
            "pif p, field bond_master_of: PIF eth0 is master of several bonds (b, c), at most one is possible"
        ),
        (
            "<vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>",
            "vlan v, field untagged_PIF: there is no pif q"
        ),
        (
            "<pif ref='q'><device>eth0</device><VLAN>5</VLAN><network>m</network></pif><network ref='m'/>",
            "pif q, field VLAN_master_of: no VLAN record, although the PIF has tag 5"
        ),
        (
            "<vlan ref='v'><tagged_PIF>p</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>"
                + "<pif ref='q'><device>eth0</device><network>m</network></pif><network ref='m'/>",
            "pif q, field VLAN: no tag, although vlan v is this PIF's"
        ),
        (
            "<tunnel ref='t'><access_PIF>p</access_PIF></tunnel>",
            "tunnel t, field transport_PIF: a reference was expected, there is none"
        ),
        (
            "<tunnel ref='t'><access_PIF>p</access_PIF><transport_PIF>q</transport_PIF></tunnel>",
            "tunnel t, field transport_PIF: there is no pif q"
        ),
    ])
    func `records that do not fit together are an error that names them`(records: String, expected: String) throws {
        let message = try #require(Self.message(Self.eth0 + "\n" + records))
        #expect(message.hasSuffix(": " + expected), "\(message)")
        #expect(message.hasPrefix("cache: line "), "\(message)")
    }

    /// Each of these would take libxml2 or this program time or memory out of proportion.
    @Test(arguments: [
        (String(repeating: "<a>", count: 300), "elements nested more than 256 deep"),
        ((0..<20_000).map { "<n\($0)/>" }.joined(), "more than 10000 different names"),
        ("<a " + (0..<65).map { "a\($0)=''" }.joined(separator: " ") + "/>", "more than 64 attributes"),
        ("<!--" + String(repeating: "x", count: 400_000) + "-->", "a tag or comment longer than 262144 bytes"),
        ((0...200_000).map { "<network ref='\($0)'/>" }.joined(), "more than 200000 records"),
        (
            "<network ref='n'><PIFs>" + String(repeating: "<PIF>p</PIF>", count: 200_001) + "</PIFs></network>",
            "more than 200000 entries"
        ),
    ])
    func `what no cache has is an error`(records: String, expected: String) throws {
        let message = try #require(Self.message(records))
        #expect(message.hasSuffix(": " + expected), "\(message.prefix(300))")
    }

    @Test func `messages do not repeat all of a long text, and warnings end`() throws {
        let text = String(repeating: "x", count: 100_000)
        let message = try #require(Self.message("<network ref='n'><bridge>\(text)</bridge></network>"))
        #expect(message.utf8.count < 300)
        let many = Array(repeating: "x", count: 3000).joined(separator: ",")
        let model = try NetworkModel(
            records: "<pif ref='p'><device>eth0</device><network>n</network><DNS>\(many)</DNS></pif><network ref='n'/>")
        #expect(model.warnings.count == 1000)
        #expect(model.warnings.last?.message == "further values of this kind are skipped without a word")
    }

    @Test func `only regular files are read, and not too long ones`() throws {
        #expect(throws: CacheError("/dev/null", .file(FileError("read", "/dev/null", .notRegular)))) {
            try CacheReader.read(contentsOf: "/dev/null")
        }
        let error = try #require(throws: CacheError.self) { try CacheReader.read(contentsOf: "/nonexistent/cache") }
        #expect(error.description == "cannot read /nonexistent/cache: no such file or directory")
        #expect(throws: FileError("read", CacheSample("original.xml").path, .tooLarge(limit: 100))) {
            try InputFile(CacheSample("original.xml").path, limit: 100).contents()
        }
    }
}
