import Foundation
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("ethtool settings", .enabled(if: canUnshareNetwork, "needs root for network namespaces"))
struct EthtoolTests {
    private func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }

    /// What `ethtool -k` calls the offloads.
    private static let longNames: [Offload: String] = [
        .rx: "rx-checksumming", .tx: "tx-checksumming", .sg: "scatter-gather", .tso: "tcp-segmentation-offload",
        .gso: "generic-segmentation-offload", .gro: "generic-receive-offload", .lro: "large-receive-offload",
    ]

    @Test
    func `offloads are those of ethtool -k, fixed ones included, and change one by one`() throws {
        try inNewNetworkNamespace {
            try shell("ip link add name nic0 type veth peer name far0")
            let nic = try name("nic0")
            var ethtool = try Ethtool()
            func expectSame() throws {
                let offloads = try ethtool.offloads(of: nic)
                let lines = Set(try shell("ethtool -k nic0").split(separator: "\n").map(String.init))
                #expect(offloads.states.keys.sorted() == Offload.allCases.filter { $0 != .ufo })
                for (offload, isOn) in offloads.states {
                    let long = try #require(Self.longNames[offload])
                    let fixed = offloads.fixed.contains(offload) ? " [fixed]" : ""
                    #expect(lines.contains("\(long): \(isOn ? "on" : "off")\(fixed)"))
                }
            }
            try expectSame()
            for offload in [Offload.tx, .tso, .gro, .gso] {
                for isOn in [false, true] {
                    // Segmentation needs checksums and scatter/gather, which are on at the start and again here.
                    try ethtool.setOffload(offload, isOn, on: nic)
                    #expect(try ethtool.offloads(of: nic).states[offload] == isOn)
                    try expectSame()
                }
            }
            let error = try #require(throws: EthtoolError.self) { try ethtool.setOffload(.lro, true, on: nic) }
            #expect(error.description == "cannot turn lro on on nic0: operation not supported")
            try ethtool.setOffload(.lro, false, on: nic)
        }
    }

    /// Nothing is planned for them, and they cost no more than a look.
    @Test
    func `a bridge has lro off and cannot switch it on, whatever its port has`() throws {
        try inNewNetworkNamespace {
            try shell("ip link add name nic0 type veth peer name far0 && ip link add name br0 type bridge")
            let bridge = try name("br0")
            var ethtool = try Ethtool()
            for _ in 1...2 {
                let offloads = try ethtool.offloads(of: bridge)
                #expect(offloads.states[.lro] == false && offloads.fixed.contains(.lro))
                #expect(throws: EthtoolError.self) { try ethtool.setOffload(.lro, true, on: bridge) }
                try shell("ip link set nic0 master br0 && ip link set nic0 up && ip link set br0 up")
            }
        }
    }

    @Test
    func `link settings are read; what a device does not have is nil or an error`() throws {
        try inNewNetworkNamespace {
            try shell("ip link add name nic0 type veth peer name far0")
            try shell("ip tuntap add dev tap0 mode tap")
            let ethtool = try Ethtool()
            #expect(
                try ethtool.settings(of: name("nic0"))
                    == LinkSettings(speed: 10000, duplex: .full, autonegotiation: false, advertised: []))
            let settings = LinkSettings(speed: 1000, duplex: .half, autonegotiation: false)
            try ethtool.setSettings(settings, on: name("tap0"))
            #expect(try ethtool.settings(of: name("tap0"))?.fulfil(settings) == true)
            // A tap device keeps what it is told, also what it offers: that comes back as it was.
            let offering = LinkSettings(speed: 100, duplex: .full, autonegotiation: true, advertised: [0x28, 0x8000])
            try ethtool.setSettings(offering, on: name("tap0"))
            #expect(try ethtool.settings(of: name("tap0")) == offering)
            try ethtool.setSettings(settings, on: name("tap0"))
            try ethtool.setSettings(offering, on: name("tap0"))
            #expect(try ethtool.settings(of: name("tap0")) == offering)
            #expect(try ethtool.settings(of: name("lo")) == nil)
            #expect(try ethtool.permanentMAC(of: name("nic0")) == nil)
            let error = try #require(throws: EthtoolError.self) { try ethtool.settings(of: name("nothing")) }
            #expect(error.description == "cannot read the link settings of nothing: no such device")
            #expect(throws: EthtoolError.self) { try ethtool.setSettings(settings, on: name("nic0")) }
        }
    }
}
