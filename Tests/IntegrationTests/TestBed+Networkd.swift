import Foundation
import NetConfigCore
import Testing

/// A host that xcp-networkd has configured: its database, and what it made of that.
extension TestBed {
    /// What the host has in place of a cache: a card with a VLAN and a bond with another one, the management network on the first.
    private static let database = #"""
        {"interface_config": {
          "eth0": {"mtu": 1500, "ipv4_conf": "None4", "ipv6_conf": "None6", "persistent_i": true},
          "eth1": {"mtu": 1500}, "eth2": {"mtu": 1500}, "xapi0": {"mtu": 1500}, "xapi5": {"mtu": 1500}, "xapi6": {"mtu": 1500},
          "xenbr0": {"ipv4_conf": ["Static4", [["192.0.2.10", 24]]], "ipv4_gateway": "192.0.2.1", "ipv6_conf": "None6",
            "ipv4_routes": [{"subnet": "198.51.100.0", "netmask": 24, "gateway": "192.0.2.254"}],
            "dns": [["192.0.2.53"], ["example.org"]], "mtu": 1500, "persistent_i": true}},
         "bridge_config": {
          "xenbr0": {"ports": {"eth0": {"interfaces": ["eth0"], "bond_properties": {}, "kind": "Basic_port"}},
            "bridge_mac": "52:54:00:00:00:10", "igmp_snooping": false, "other_config": {"network-uuids": "u0"}, "persistent_b": true},
          "xapi5": {"vlan": ["xenbr0", 5], "ports": {}, "bridge_mac": "52:54:00:00:00:10",
            "other_config": {"network-uuids": "u5;u0"}, "persistent_b": true},
          "xapi0": {"ports": {"bond0": {"interfaces": ["eth1", "eth2"], "bond_mac": "52:54:00:00:00:11", "bond_properties":
              {"mode": "active-backup", "miimon": "100", "downdelay": "200", "updelay": "31000", "use_carrier": "1",
               "hashing-algorithm": "src_mac", "rebalance-interval": "1800000"}}},
            "bridge_mac": "52:54:00:00:00:11", "igmp_snooping": false, "other_config": {"network-uuids": "ub"}},
          "xapi6": {"vlan": ["xapi0", 6], "ports": {}, "bridge_mac": "52:54:00:00:00:11", "other_config": {"network-uuids": "u6;ub"}}},
         "gateway_interface": "xenbr0", "dns_interface": "xenbr0"}
        """#

    /// What xcp-networkd runs for the card's bridge, and for the bond's and the VLANs'.
    private static let commands: [Datapath: (card: String, VLAN: String, bond: String)] = [
        .openvswitch: (
            """
            $vsctl add-br xenbr0 -- set bridge xenbr0 $type other_config:hwaddr=52:54:00:00:00:10 \
                other_config:mac-table-size=10000 external_ids:xs-network-uuids=u0 fail_mode=standalone
            $vsctl add-port xenbr0 eth0 -- set interface eth0 mtu_request=1500
            """,
            """
            $vsctl add-br xapi5 xenbr0 5 -- br-set-external-id xapi5 xs-network-uuids 'u5;u0' \
                -- set interface xapi5 'mac="52:54:00:00:00:10"'
            """,
            """
            $vsctl add-br xapi0 -- set bridge xapi0 $type other_config:hwaddr=52:54:00:00:00:11 \
                other_config:mac-table-size=10000 external_ids:xs-network-uuids=ub fail_mode=standalone
            $vsctl --fake-iface add-bond xapi0 bond0 eth1 eth2 -- set port bond0 'mac="52:54:00:00:00:11"' \
                bond_mode=active-backup lacp=off bond_downdelay=200 bond_updelay=31000 \
                other_config:bond-miimon-interval=100 other_config:bond-detect-mode=carrier \
                other_config:bond-rebalance-interval=1800000
            $vsctl add-br xapi6 xapi0 6 -- br-set-external-id xapi6 xs-network-uuids 'u6;ub' \
                -- set interface xapi6 'mac="52:54:00:00:00:11"'
            """
        ),
        .bridge: (
            """
            ip link add xenbr0 address 52:54:00:00:00:10 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set eth0 master xenbr0
            """,
            """
            ip link add link eth0 name eth0.5 type vlan id 5
            ip link add xapi5 address 52:54:00:00:00:10 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set eth0.5 up master xapi5
            """,
            """
            ip link add bond0 address 52:54:00:00:00:11 type bond mode active-backup miimon 100 downdelay 200 updelay 31000
            for card in eth1 eth2; do ip link set $card down; ip link set $card master bond0; done
            ip link set bond0 up
            for card in eth1 eth2; do ip link set $card up; done
            ip link add xapi0 address 52:54:00:00:00:11 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set bond0 master xapi0
            ip link add link bond0 name bond0.6 type vlan id 6
            ip link add xapi6 address 52:54:00:00:00:11 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
            ip link set bond0.6 up master xapi6
            """
        ),
    ]

    /// Has the host as xcp-networkd leaves it; with all networks, or with that of the first card alone.
    func configureAsNetworkd(all: Bool) throws {
        try makeHostOfToday()
        try write(Self.database, to: "/var/lib/xcp/networkd.db")
        try write("search example.org\nnameserver 192.0.2.53\n", to: "/etc/resolv.conf")
        let commands = try #require(Self.commands[datapath])
        let type = datapathType == "system" ? "" : "datapath_type=\(datapathType)"
        let made = all ? [commands.card, commands.VLAN, commands.bond] : [commands.card]
        let script = """
            set -eu
            vsctl='ovs-vsctl --timeout=20' type='\(type)'
            for card in eth0 eth1 eth2; do ip link set $card up; done
            \(made.joined(separator: "\n"))
            for device in eth0 eth1 eth2 xenbr0 \(all ? "xapi5 xapi0 xapi6" : ""); do
                ip link set $device up
                sysctl -qw net/ipv6/conf/$device/accept_ra=0 net/ipv6/conf/$device/autoconf=0
            done
            ip address add 192.0.2.10/24 brd 192.0.2.255 dev xenbr0
            ip route replace default via 192.0.2.1 dev xenbr0
            ip route replace 198.51.100.0/24 via 192.0.2.254 dev xenbr0
            """
        let result = try self.script(script)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Expects that nothing is to be done, and that nothing is done, for bridges that xcp-networkd has made.
    func expectNetworkdsConfiguration(of bridges: [String], location: SourceLocation = #_sourceLocation) throws {
        let before = try snapshot()
        for bridge in bridges {
            let up = try run("--force", bridge, "up")
            #expect(
                up.status == 0 && up.errors.contains("nothing to do") && !up.errors.contains("warning"), "\(up.errors)",
                sourceLocation: location)
        }
        let shown = try run("show")
        #expect(
            shown.status == 0 && shown.output.contains("all attached networks are as configured"),
            "\(shown.output)\(shown.errors)", sourceLocation: location)
        let checked = try run("check")
        #expect(checked.status == 0, "\(checked.output)", sourceLocation: location)
        try expectUntouched(since: before, location: location)
        // The same of what is not so, or the test would see nothing.
        try host("ip", "address", "delete", "192.0.2.10/24", "dev", "xenbr0")
        #expect(try run("show").output.contains("difference"), sourceLocation: location)
        let repaired = try run("--force", "xenbr0", "up")
        #expect(repaired.status == 0, "\(repaired.errors)", sourceLocation: location)
        #expect(try device("xenbr0").addresses == ["192.0.2.10/24"], sourceLocation: location)
        #expect(text("/run/interface-reconfigure/attached") == nil, sourceLocation: location)
        #expect(text("/etc/sysconfig/network-scripts/ifcfg-xenbr0") == nil, sourceLocation: location)
        #expect(text("/etc/resolv.conf")?.hasPrefix("search") == true, sourceLocation: location)
    }
}
