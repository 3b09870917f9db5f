import Testing

@testable import NetConfigCore

@Suite("leases of dhclient") struct DHCPLeaseTests {
    private func routers(_ text: String) throws -> [String] {
        DHCPLease.routers(in: text, of: try #require(DeviceName("xenbr0"))).map(\.description)
    }

    private func lease(_ routers: String, of device: String = "xenbr0") -> String {
        """
        lease {
          interface "\(device)";
          fixed-address 192.0.2.100;
          option subnet-mask 255.255.255.0;
          \(routers.isEmpty ? "" : "option routers \(routers);")
          option domain-name "x } lease { option routers 192.0.2.66;";
          renew 0 2026/11/29 06:00:00;
        }

        """
    }

    @Test
    func `the routers are those of the last lease of the device`() throws {
        #expect(try routers(lease("192.0.2.1")) == ["192.0.2.1"])
        #expect(try routers(lease("192.0.2.1,192.0.2.2")) == ["192.0.2.1", "192.0.2.2"])
        #expect(try routers(lease("192.0.2.1") + lease("192.0.2.3")) == ["192.0.2.3"])
        #expect(try routers(lease("192.0.2.1") + lease("")) == [])
        #expect(try routers(lease("192.0.2.1") + lease("192.0.2.3", of: "eth0")) == ["192.0.2.1"])
    }

    @Test
    func `a lease that is cut off, and what is none, has no routers`() throws {
        let text = lease("192.0.2.1")
        for count in 0..<(text.utf8.count - 3) {
            #expect(try routers(String(decoding: text.utf8.prefix(count), as: UTF8.self)) == [])
        }
        #expect(try routers("") == [])
        #expect(try routers(lease("nonsense")) == [])
    }
}
