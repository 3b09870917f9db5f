import Testing

@testable import NetConfigCore

@Suite struct RecordTests {
    @Test func `both spellings of no reference are none`() {
        #expect(Ref<PIF>("") == nil)
        #expect(Ref<PIF>("OpaqueRef:NULL") == nil)
        #expect(Ref<PIF>("eth0Pif")?.text == "eth0Pif")
    }

    @Test(
        arguments: [
            ("mtu", [.pif, .network]), ("static-routes", [.pif, .network]), ("domain", [.pif]),
            ("ethtool-gro", [.pif, .network]),
            ("ethtool-ntuple", []), ("bond-mode", [.pif]), ("bond-lacp-time", [.pif]), ("bond-", []), ("bond-a b", []),
            ("bond-a/b", []), ("vswitch-controller-fail-mode", [.pif, .network, .pool]),
            ("vswitch-disable-in-band", [.network]),
            ("is_guest_installer_network", []), ("", []),
        ] as [(String, [OtherConfig.Owner])])
    func `only keys that mean something on a record are kept`(key: String, owners: [OtherConfig.Owner]) {
        for owner in OtherConfig.Owner.allCases {
            #expect((OtherConfig([key: "1"], of: owner)[key] == "1") == owners.contains(owner), "\(owner)")
        }
    }
}
