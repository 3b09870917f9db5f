import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// What an installer leaves for XAPI's first start.
@Suite struct ManagementConfigurationTests {
    private func read(_ text: String, interface: String? = nil) throws -> NetworkModel {
        try ManagementConfiguration.read(text, name: "management.conf", interface: interface)
    }

    @Test(arguments: [
        "LABEL='eth1'\nMODE='static'\nIP='192.0.2.7'\nNETMASK='255.255.255.0'\n",
        "\u{FEFF}# made by hand\r\n\r\nexport LABEL=eth1 MODE=static\r\n  export IP=\"192.0.2.7\"; NETMASK='255.255.255.0'\r\n",
    ])
    func `is read however a shell would have it`(_ text: String) throws {
        let pif = try read(text).pif(named: "xenbr1")
        #expect(pif.device.text == "eth1" && pif.ipv4.prefix == IPPrefix("192.0.2.7/24") && pif.management)
    }

    @Test(arguments: [
        ("MODE='often'", "line 3, column 6", "MODE: 'often' is not valid"),
        ("  IP=1.2.3", "line 3, column 6", "IP: '1.2.3' is not valid"),
        ("export NETMASK=x", "line 3, column 16", "NETMASK: 'x'"),
        ("GATEWAY=::1", "line 3, column 9", "GATEWAY: '::1'"),
        ("MODEV6=static6", "line 3, column 8", "MODEV6: 'static6'"),
        ("IPv6='2001:db8::1'", "line 3, column 6", "IPv6: '"),
        ("IPv6_GATEWAY=192.0.2.1", "line 3, column 14", "IPv6_GATEWAY: '"),
        ("VLAN=5000", "line 3, column 6", "VLAN: '5000'"),
        ("DNS='192.0.2.53,x'", "line 3, column 5", "DNS: '192.0.2.53,x'"),
        ("LABEL=a/b", "line 3, column 7", "LABEL: 'a/b'"),
        ("BOND_MODE=lacp\nBOND_MEMBERS='a/b,eth1'", "line 4, column 14", "BOND_MEMBERS: 'a/b,eth1'"),
        ("IP='192.0.2.1", "line 3, column 4", "IP: the quote is not closed"),
        ("LABEL=\"eth0", "line 3, column 7", "LABEL: the quote is not closed"),
    ])
    func `an error has the line and the column of its value`(_ line: String, _ place: String, _ message: String) throws
    {
        let error = try #require(#expect(throws: CacheError.self) { try read("# comment\nLABEL=eth0\n\(line)\n") })
        #expect(error.description.hasPrefix("management.conf: \(place): "), "\(error)")
        #expect(error.description.contains(message), "\(error)")
        #expect(Inspection(unusable: error, advice: "x").findings.first?.position != nil)
    }

    @Test func `without a card it says which key is missing, and a name from elsewhere where that is from`() throws {
        let missing = #expect(throws: CacheError.self) { try read("MODE=dhcp\n") }
        #expect(missing?.description.contains("LABEL: the network card is missing") == true)
        let named = #expect(throws: CacheError.self) { try read("LABEL=eth0\n", interface: "a/b") }
        #expect(named?.description.contains("the host's inventory has 'a/b'") == true)
    }
}
