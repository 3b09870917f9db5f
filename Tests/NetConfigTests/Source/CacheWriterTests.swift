import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct CacheWriterTests {
    @Test(arguments: ["original.xml", "older-original.xml", "installer.xml"])
    func `what is written is read back as the same model, and written again as the same bytes`(file: String) throws {
        let model = try CacheSample(file).model()
        let bytes = try CacheWriter.bytes(of: model)
        let copy = try CacheReader.read(bytes, name: "cache")
        #expect(copy == model)
        #expect(try CacheWriter.bytes(of: copy) == bytes)
    }

    @Test func `the original's cache is written as the original writes it, but for order and attachment`() throws {
        let sample = CacheSample("original.xml")
        let written = try CacheWriter.text(of: sample.model())
        // Records by kind and reference; never a belief about attachment that was read from a cache.
        func records(_ text: String) -> [String] {
            text.replacing("<currently_attached>True<", with: "<currently_attached>False<")
                .replacing("\n</xenserver-network-configuration>\n", with: "")
                .components(separatedBy: "\n\t<").filter { !$0.hasPrefix("/") }
        }
        let (ours, theirs) = (records(written), records(try sample.text()))
        let differences = zip(ours.sorted(), theirs.sorted()).filter { $0 != $1 }
        #expect(ours.count == theirs.count && differences.isEmpty)
        #expect(!written.contains("<currently_attached>True<"))
        let kinds = ours.dropFirst().map { $0.prefix { $0 != " " } }
        let firsts = kinds.indices.filter { $0 == kinds.startIndex || kinds[$0 - 1] != kinds[$0] }
        #expect(firsts.map { kinds[$0] } == ["pif", "bond", "vlan", "tunnel", "network", "pool"])
    }

    /// A model in which every field that the cache has says something.
    static func complete() throws -> NetworkModel {
        var model = try CacheSample("original.xml").model()
        let ref = try #require(model.pif("PIF bond0")?.ref)
        model.pifs[ref]?.managed = false
        model.pifs[ref]?.properties = ["gro": "on"]
        model.pifs[ref]?.primaryAddressType = .v6
        model.pifs[ref]?.ipv6.mode = .static
        model.pifs[ref]?.ipv6.addresses = try [#require(IPPrefix("2001:db8::1/64")), #require(IPPrefix("fd00::1/48"))]
        model.pifs[ref]?.ipv6.gateway = IPAddress("2001:db8::ff")
        let bond = try #require(model.bonds.keys.first)
        let slave = model.bonds[bond]?.slaves.first
        model.bonds[bond]?.primarySlave = slave
        model.bonds[bond]?.mode = "lacp"
        model.bonds[bond]?.properties = ["hashing_algorithm": "src_mac", "lacp-time": "fast"]
        let network = try #require(model.pifs[ref]?.network)
        model.networks[network]?.purpose = ["nbd", "insecure_nbd"]
        model.networks[network]?.managed = false
        model.networks[network]?.mtu = nil
        let tunnel = try #require(model.tunnels.keys.first)
        model.tunnels[tunnel]?.protocol = "vxlan"
        model.pool?.uuid = "8d116ece"
        model.pool?.igmpSnoopingEnabled = false
        return model
    }

    @Test func `every field survives`() throws {
        let model = try Self.complete()
        #expect(try CacheReader.read(CacheWriter.bytes(of: model), name: "cache") == model)
    }

    @Test func `text that XML takes for its own is escaped`() throws {
        var model = try CacheSample("original.xml").model()
        let ref = try #require(model.pif("PIF eth0")?.ref)
        let text = "<a b=\"c\">&amp;\t\n\r]]>é\u{FEFF}\u{1F600}'"
        model.pifs[ref]?.otherConfig = OtherConfig(["domain": text], of: .pif)
        let copy = try CacheReader.read(CacheWriter.bytes(of: model), name: "cache")
        #expect(copy.pifs[ref]?.otherConfig["domain"] == text)
    }

    @Test func `a reference of any text survives`() throws {
        var model = NetworkModel()
        let ref = try #require(Ref<Network>("a\"b<c>&'d\te"))
        let pif = try PIF(
            ref: #require(Ref("&#38;&quot;")), uuid: "é", device: #require(DeviceName("eth0")), network: ref)
        model.networks[ref] = Network(ref: ref, uuid: "&", bridge: nil)
        model.pifs[pif.ref] = pif
        model.completeInverses()
        #expect(try CacheReader.read(CacheWriter.bytes(of: model), name: "cache") == model)
    }

    @Test(arguments: ["\u{0}", "\u{1}", "\u{1B}", "\u{FFFE}", "\u{FFFF}"])
    func `text that XML cannot hold is an error`(text: String) throws {
        var model = try CacheSample("original.xml").model()
        let ref = try #require(model.pif("PIF eth0")?.ref)
        model.pifs[ref]?.otherConfig = OtherConfig(["domain": "a\(text)"], of: .pif)
        let error = try #require(throws: ModelError.self) { try CacheWriter.text(of: model) }
        #expect(error.record == "pif \(ref)")
        #expect(error.field == "other_config")
        #expect(error.message.hasSuffix("is not allowed in XML"))
    }

    @Test func `a key that cannot be an element's name is an error`() throws {
        var model = try CacheSample("original.xml").model()
        for bond in model.bonds.keys { model.bonds[bond]?.properties = ["a b": "c"] }
        let error = try #require(throws: ModelError.self) { try CacheWriter.text(of: model) }
        #expect(error.message == "key 'a b' cannot be the name of an XML element")
    }
}
