import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("announcements", .enabled(if: canUnshareNetwork, "needs root for network namespaces"))
struct AnnouncementTests {
    private func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }

    @Test
    func `a neighbour that knew another MAC address for the addresses learns the new one`() throws {
        try inNewNetworkNamespace {
            // Both ends in one namespace: the far one hears frames that the near one sends.
            try shell("ip link add name near0 address 02:00:00:00:00:01 type veth peer name far0")
            try shell("ip link set near0 up && ip link set far0 up")
            try shell("ip address add 192.0.2.2/24 dev far0 && ip address add 2001:db8::2/64 dev far0 nodad")
            for address in ["192.0.2.10", "2001:db8::a"] {
                try shell("ip neighbour add \(address) lladdr 02:00:00:00:00:99 dev far0 nud stale")
            }
            let addresses = try ["192.0.2.10", "2001:db8::a"].map { try #require(IPAddress($0)) }
            try Announcement.send(addresses, on: name("near0"))
            for address in addresses {
                #expect(try shell("ip neighbour show \(address) dev far0").contains("02:00:00:00:00:01"))
            }
        }
    }

    @Test
    func `a device that is down, not Ethernet or not there is an error`() throws {
        try inNewNetworkNamespace {
            try shell("ip link add name near0 type veth peer name far0")
            let address = try #require(IPAddress("192.0.2.10"))
            func text(_ device: String) throws -> String {
                let error = try #require(throws: DeviceError.self) {
                    try Announcement.send([address], on: name(device))
                }
                return error.description
            }
            #expect(try text("nothing") == "cannot announce 192.0.2.10 on nothing: no such device")
            #expect(try text("near0") == "cannot announce 192.0.2.10 on near0: network is down")
            #expect(
                try text("lo") == "cannot announce 192.0.2.10 on lo: address family not supported by protocol")
        }
    }
}
