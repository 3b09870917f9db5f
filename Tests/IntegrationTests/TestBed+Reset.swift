import Foundation
import NetConfigCore
import Testing

/// A host of today whose management network is reset.
extension TestBed {
    static let networkdDatabase = #"""
        {"interface_config": {"xapi0": {"ipv4_conf": ["Static4", [["192.0.2.20", 24]]], "ipv4_gateway": "192.0.2.1"}},
         "bridge_config": {"xapi0": {"ports": {"bond0": {"interfaces": ["eth0", "eth1"]}}}}, "gateway_interface": "xapi0"}
        """#

    static let inventory =
        "PRODUCT_BRAND='XCP-ng'\nMANAGEMENT_INTERFACE='xapi0'\n# cach\u{E9}\n"
        + "CURRENT_INTERFACES='xapi0 xenbr2'\nINSTALLATION_UUID='u'\n"

    /// Puts the files in place that such a host has.
    func makeHostOfToday() throws {
        for directory in [
            "etc/firstboot.d/data", "etc/sysconfig/network-scripts", "var/tmp", "var/lib/xcp", "usr/sbin",
        ] { try makeDirectory("/\(directory)") }
        try write(Self.networkdDatabase, to: "/var/lib/xcp/networkd.db")
        try write(Self.inventory, to: "/etc/xensource-inventory")
        try write("", to: "/etc/sysconfig/network-scripts/interface-rename.py")
        try write("LABEL='eth1'\nMODE='dhcp'\n", to: "/etc/firstboot.d/data/management.conf")
        try write("slave:192.0.2.99", to: "/etc/xensource/pool.conf")
        try write("#!/bin/sh\n", to: "/usr/sbin/xcp-networkd")
        try host("chmod", "755", root + "/usr/sbin/xcp-networkd")
        try? FileManager.default.removeItem(atPath: root + "/var/xapi/network.dbcache")
    }

    /// The arguments of a reset to an address of the neighbour's network.
    static func reset(_ device: String = "eth0", address: String = "192.0.2.10", _ more: String...) -> [String] {
        [
            "reset", "--device=\(device)", "--mode=static", "--ip=\(address)", "--netmask=255.255.255.0",
            "--gateway=192.0.2.1",
        ] + more
    }

    /// Expects that an address answers within two seconds.
    func expectAnswer(of address: String, location: SourceLocation = #_sourceLocation) throws {
        let loop = "until ping -c 1 -W 1 -q \(address) >/dev/null; do :; done; echo answered"
        let output = try neighbour("sh", "-c", "timeout 2 sh -c '\(loop)' || :")
        #expect(output.contains("answered"), "\(address) within two seconds", sourceLocation: location)
    }

    /// Does some work while packets go to a virtual machine on a bridge, of which none may get lost.
    func pingingGuest(on bridge: String, _ work: () throws -> Void) throws {
        let (name, guest) = (namespace.split(separator: "/").last ?? "", namespace + "-g")
        _ = try shell("ip netns add \"$1\"", ["\(name)-g"])
        defer { _ = try? shell("ip netns delete \"$1\"", ["\(name)-g"]) }
        _ = try shell("ip -n \"$1\" link add vif1.0 type veth peer name guest netns \"$1-g\"", ["\(name)"])
        for command in ["address add 10.9.9.9/24 dev guest", "link set dev guest up"] {
            _ = try shell("nsenter --net=\"$1\" ip \(command)", [guest])
        }
        try host("ip", "link", "set", "dev", "vif1.0", "up")
        if datapath == .openvswitch {
            try vsctlDone("add-port", bridge, "vif1.0")
        } else {
            try host("ip", "link", "set", "dev", "vif1.0", "master", bridge)
        }
        try addNeighbour("10.9.9.1/24")
        try pinging("10.9.9.9", work)
    }
}
