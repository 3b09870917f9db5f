package import NetConfigCore
import NetConfigSystem

extension NetworkModel {
    /// A host that has one of everything: a card, a bond of two, a VLAN on it, a tunnel; static addresses and DHCP.
    package static let sample: NetworkModel = {
        do throws(CacheError) {
            return try CacheReader.read(Array(text.utf8), name: "sample")
        } catch {
            fatalError("\(error)")
        }
    }()

    private static let text = """
        <xenserver-network-configuration>
            <pif ref="card"><network>n0</network><device>eth0</device><management>True</management>
                <ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.10</IP>
                <netmask>255.255.255.0</netmask><gateway>192.0.2.1</gateway><DNS>192.0.2.53</DNS>
                <MAC>52:54:00:00:00:10</MAC></pif>
            <pif ref="slave1"><network>n1</network><device>eth1</device><MAC>52:54:00:00:00:11</MAC></pif>
            <pif ref="slave2"><network>n2</network><device>eth2</device><MAC>52:54:00:00:00:12</MAC></pif>
            <pif ref="master"><network>n3</network><device>bond0</device><MAC>52:54:00:00:00:11</MAC>
                <ip_configuration_mode>DHCP</ip_configuration_mode>
                <ipv6_configuration_mode>DHCP</ipv6_configuration_mode></pif>
            <pif ref="tagged"><network>n4</network><device>bond0</device><VLAN>5</VLAN>
                <ipv6_configuration_mode>Static</ipv6_configuration_mode><IPv6>2001:db8::5/64</IPv6></pif>
            <pif ref="over"><network>n5</network><device>tunnel0</device></pif>
            <bond ref="bond"><master>master</master><slaves><slave>slave1</slave><slave>slave2</slave></slaves></bond>
            <vlan ref="vlan"><tagged_PIF>master</tagged_PIF><untagged_PIF>tagged</untagged_PIF></vlan>
            <tunnel ref="tunnel"><access_PIF>over</access_PIF><transport_PIF>card</transport_PIF></tunnel>
            <network ref="n0"><bridge>xenbr0</bridge></network>
            <network ref="n1"><bridge>xenbr1</bridge></network>
            <network ref="n2"><bridge>xenbr2</bridge></network>
            <network ref="n3"><bridge>xapi0</bridge></network>
            <network ref="n4"><bridge>xapi5</bridge></network>
            <network ref="n5"><bridge>xapi6</bridge></network>
            <pool ref="pool"></pool>
        </xenserver-network-configuration>
        """
}
