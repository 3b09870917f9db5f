import Testing

@testable import NetConfigCore

@Suite struct ValidationTests {
    @Test(arguments: ["original.xml", "older-original.xml", "installer.xml"])
    func `the sample caches are consistent, and completing them again changes nothing`(file: String) throws {
        var model = try CacheSample(file).model()
        try model.validate()
        let before = model
        model.completeInverses()
        #expect(model == before)
    }

    @Test func `of several errors the same one is reported each time`() throws {
        var model = try CacheSample("original.xml").model()
        model.networks = [:]
        let first = try #require(model.pifs.keys.min())
        for _ in 0..<10 {
            // A dictionary's order differs from copy to copy.
            var copy = NetworkModel()
            for (ref, pif) in model.pifs.shuffled() { copy.pifs[ref] = pif }
            let error = try #require(throws: ModelError.self) { try copy.validate() }
            #expect(error.record == "pif \(first)")
        }
    }

    @Test func `a primary slave that is gone is dropped with a warning`() throws {
        let model = try NetworkModel(
            records: """
                <pif ref='a'><device>eth0</device><network>na</network></pif><network ref='na'/>
                <pif ref='m'><device>bond0</device><network>nm</network></pif><network ref='nm'/>
                <bond ref='B'><master>m</master><slaves><slave>a</slave></slaves><primary_slave>z</primary_slave></bond>
                """)
        #expect(model.bonds.values.first?.primarySlave == nil)
        #expect(model.warnings.map(\.description) == ["bond B: primary_slave z ignored: there is no such PIF"])
    }

    @Test func `a VLAN on a VLAN is allowed, one on itself is not`() throws {
        func records(_ bottom: String) -> String {
            """
            <pif ref='p'><device>eth0</device><network>np</network></pif><network ref='np'/>
            <pif ref='q'><device>eth0</device><VLAN>1</VLAN><network>nq</network></pif><network ref='nq'/>
            <pif ref='r'><device>eth0</device><VLAN>2</VLAN><network>nr</network></pif><network ref='nr'/>
            <vlan ref='v'><tagged_PIF>\(bottom)</tagged_PIF><untagged_PIF>q</untagged_PIF></vlan>
            <vlan ref='w'><tagged_PIF>q</tagged_PIF><untagged_PIF>r</untagged_PIF></vlan>
            """
        }
        let model = try NetworkModel(records: records("p"))
        let top = try #require(model.pif("PIF eth0 VLAN 2"))
        #expect(model.datapathPIF(of: top).ref.text == "p")
        for bottom in ["q", "r"] {
            let model = try NetworkModel(records: records(bottom))
            #expect(model.faults.first?.message.hasPrefix("VLAN loop: ") == true)
            #expect(model.pifs.values.map(\.ref.text) == ["p"], "the card below can be used")
        }
    }
}
