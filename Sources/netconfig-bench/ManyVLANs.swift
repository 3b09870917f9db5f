import NetConfigCore
import NetConfigSystem

/// A host with Open vSwitch, cards, and many VLANs spread over them, all of them up with an address each.
struct ManyVLANs {
    /// The cache's text.
    let cache: [UInt8]
    private let model: NetworkModel
    private var state = ObservedState(vswitch: VswitchState())
    private let facts = HostFacts(datapath: .openvswitch)

    /// Makes the host.
    init(cards: Int, vlans: Int) throws {
        let records = Self.records(cards: cards, vlans: vlans)
        cache = Array("<xenserver-network-configuration>\(records)</xenserver-network-configuration>".utf8)
        model = try CacheReader.read(cache, name: "bench")
        for number in 0..<cards {
            add("eth\(number)", on: nil, VswitchRow())
            add("xenbr\(number)", on: number, VswitchRow())
        }
        for vlan in 0..<vlans {
            add(
                "xapi\(vlan)", on: vlan % cards,
                VswitchRow(columns: ["tag": .integer(vlan + 1), "fake_bridge": .boolean(true)]),
                address: IPPrefix("10.\(vlan / 250).\(vlan % 250).1/24"))
        }
        state.files["/run/interface-reconfigure/attached"] = FileContents(
            state.links.keys.filter { !$0.text.utf8.starts(with: "eth".utf8) }.map { "\($0)\n" }.joined())
    }

    private static func records(cards: Int, vlans: Int) -> String {
        (0..<cards).map { records($0, device: "eth\($0)", bridge: "xenbr\($0)") }.joined()
            + (0..<vlans).map { vlan in
                let (card, number) = (vlan % cards, cards + vlan)
                return records(number, device: "eth\(card)", bridge: "xapi\(vlan)", tag: vlan + 1)
                    + "<vlan ref='v\(vlan)'><tagged_PIF>p\(card)</tagged_PIF>"
                    + "<untagged_PIF>p\(number)</untagged_PIF></vlan>"
            }.joined()
    }

    private static func records(_ number: Int, device: String, bridge: String, tag: Int? = nil) -> String {
        let vlan = (tag ?? 0) - 1
        let address =
            tag == nil
            ? ""
            : "<ip_configuration_mode>Static</ip_configuration_mode><netmask>255.255.255.0</netmask>"
                + "<IP>10.\(vlan / 250).\(vlan % 250).1</IP>"
        return "<pif ref='p\(number)'><device>\(device)</device><network>n\(number)</network>"
            + "<VLAN>\(tag ?? -1)</VLAN>\(address)</pif>"
            + "<network ref='n\(number)'><bridge>\(bridge)</bridge><MTU>1500</MTU></network>"
    }

    /// Adds a device: a card, or a port of the bridge of a card.
    private mutating func add(_ name: String, on card: Int?, _ row: VswitchRow, address: IPPrefix? = nil) {
        guard let device = DeviceName(name) else { return }
        let mac = MACAddress(bits: 0x0200_0000_0000 + UInt64(state.links.count))
        state.links[device] = Link(
            kind: .other(card == nil ? nil : "openvswitch"), mac: mac, isUp: true,
            addresses: address.map { [LinkAddress($0)] } ?? [])
        var port = row
        port.members = [name]
        state.vswitch?.ports[name] = port
        state.vswitch?.interfaces[name] = VswitchRow(columns: card == nil ? [:] : ["type": .string("internal")])
        guard let card else { return }
        var bridge = state.vswitch?.bridges["xenbr\(card)"] ?? VswitchRow(members: ["eth\(card)"])
        bridge.members = (bridge.members + [name]).sorted()
        state.vswitch?.bridges["xenbr\(card)"] = bridge
    }

    /// What `show` shows, from the cache's text on.
    func overview() throws -> Overview {
        try Overview(of: CacheReader.read(cache, name: "bench"), facts: facts, state: state, source: "bench")
    }

    /// A plan that does something about each VLAN of the first card: its bridge moves to the datapath in user space, so that
    /// every device is made anew.
    func planOfAll() throws -> Plan {
        guard let pif = model.pifs.values.filter({ $0.vlan == nil }).min(by: { $0.device < $1.device }) else {
            return Plan()
        }
        return try Planner.plan(
            Request(.up, pif.ref), model: model,
            facts: HostFacts(datapath: .openvswitch, datapathType: .netdev), observed: state)
    }
}
