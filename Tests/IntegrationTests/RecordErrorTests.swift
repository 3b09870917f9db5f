import Foundation
import NetConfigCore
import Testing

/// Errors in the records: what they are about stays down and says why, all else comes up.
@Suite("errors in the records", .serialized, .needsTestBed)
struct RecordErrorTests {
    private static let end = "</xenserver-network-configuration>"

    private func bed(_ datapath: Datapath, _ topology: String = "two-cards", adding records: String) throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/\(topology).dbcache")
        try bed.edit("/var/xapi/network.dbcache") { $0.replacing(Self.end, with: "\(records)\n\(Self.end)") }
        return bed
    }

    private func expectUp(_ bed: TestBed, _ bridge: String, _ addresses: [String], warning: String?) throws {
        let up = try bed.run("--force", bridge, "up")
        #expect(up.status == 0, "\(up.errors)")
        if let warning { #expect(up.errors.contains("warning: \(warning)"), "\(up.errors)") }
        if warning == nil { #expect(!up.errors.contains("warning: "), "\(up.errors)") }
        #expect(try bed.device(bridge).addresses == addresses)
        let isManagement = addresses.contains("192.0.2.10/24")
        if isManagement { try bed.addNeighbour("192.0.2.1/24") }
        try bed.pinging(isManagement ? "192.0.2.10" : nil) {
            let again = try bed.run("--force", bridge, "up")
            #expect(again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)")
        }
    }

    @Test(
        arguments: [
            "<pif ref='x'><device>eth7</device><network>gone</network></pif>",
            "<vlan ref='x'><tagged_PIF>pif-eth0</tagged_PIF><untagged_PIF>gone</untagged_PIF></vlan>",
            "<bond ref='x'><master>gone</master><slaves><slave>pif-eth0</slave></slaves></bond>",
            "<bond ref='x'><master>pif-eth1</master><slaves><slave>gone</slave></slaves></bond>",
            "<tunnel ref='x'><access_PIF>gone</access_PIF><transport_PIF>pif-eth0</transport_PIF></tunnel>",
            "<network ref='x'><bridge>a/b</bridge></network>",
        ], Datapath.allCases)
    func `one of another stack is a warning`(records: String, datapath: Datapath) throws {
        let bed = try bed(datapath, adding: records)
        try expectUp(bed, "xenbr0", ["192.0.2.10/24"], warning: "records: line ")
        let check = try bed.run("check")
        #expect(check.status == 1 && check.output.contains(": error: "), "\(check.output)")
    }

    @Test(arguments: Datapath.allCases)
    func `one of the stack that is asked for is an error with its place, and nothing is touched`(datapath: Datapath)
        throws
    {
        let bed = try bed(datapath, adding: "")
        try bed.edit("/var/xapi/network.dbcache") { text in
            text.replacing("<device>eth1</device>", with: "<device>eth1</device><managed>perhaps</managed>")
        }
        try bed.refuses(
            ["--force", "xenbr1", "up"], saying: ["xenbr1 cannot be used: line ", "pif pif-eth1, field managed"])
        try expectUp(bed, "xenbr0", ["192.0.2.10/24"], warning: "records: line ")
    }

    @Test(arguments: Datapath.allCases)
    func `a pool that an upgrade wrote without a reference is none`(datapath: Datapath) throws {
        for pool in ["<pool ref=\"OpaqueRef:NULL\"/>", "<pool/>"] {
            let bed = try bed(datapath, adding: pool)
            try expectUp(bed, "xenbr0", ["192.0.2.10/24"], warning: nil)
            #expect(try bed.run("check").status == 0)
        }
    }

    @Test(arguments: Datapath.allCases)
    func `of two pools the first is used`(datapath: Datapath) throws {
        let bed = try bed(datapath, adding: "<pool ref='a'/><pool ref='b'/>")
        try expectUp(bed, "xenbr0", ["192.0.2.10/24"], warning: "pool b: a host is in one pool only, and a")
    }

    @Test(
        arguments: [
            (
                "2001:db8::10/64,2001:db8::10/48", ["192.0.2.10/24", "2001:db8::10/64"],
                "IPv6 '2001:db8::10/48' ignored"
            ),
            ("2001:db8::x/64,2001:db8::10/64", ["192.0.2.10/24", "2001:db8::10/64"], "IPv6 '2001:db8::x/64' ignored"),
            ("ff02::1/64", ["192.0.2.10/24"], "IPv6 'ff02::1/64' ignored: it is not a host address"),
        ], Datapath.allCases)
    func `one bad address among several is left out, and IPv6 without a good one beside a static IPv4 address`(
        value: (text: String, addresses: [String], warning: String), datapath: Datapath
    ) throws {
        let bed = try bed(datapath, adding: "")
        try bed.edit("/var/xapi/network.dbcache") { text in
            text.replacing(
                "<IP>192.0.2.10</IP>",
                with:
                    "<IP>192.0.2.10</IP><ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>\(value.text)</IPv6>"
            )
        }
        try expectUp(bed, "xenbr0", value.addresses, warning: "PIF eth0: \(value.warning)")
    }
}
