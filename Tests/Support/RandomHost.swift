package import NetConfigCore

/// A generator of random numbers that gives the same ones for the same seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Whether something with a chance of one in so many happens.
    package mutating func oneIn(_ chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }

    /// One of several.
    package mutating func one<Element>(of choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }
}

/// A random host: records that fit together, and the bare cards that they are about.
package struct RandomHost {
    package private(set) var model = NetworkModel()
    package private(set) var facts: HostFacts
    /// The host with nothing on it but its cards.
    package private(set) var bare: ObservedState
    private var random: SeededGenerator
    /// For what was added to these hosts later, and leaves each seed's host as it is otherwise.
    private var modes: SeededGenerator
    private var count = 0
    /// Whether the pool's bridges forward nothing while their controller is away.
    private var isSecure = false
    /// Names that mean something to a shell, to `ip` or in a path, and that the kernel takes all the same.
    private var hostileNames = ["-rf", "$(x)", "a'b\"c\\", "`id`", ";x#", "*?[]", "..x", "~", "&>y|", "\\0{}"]

    package init?(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        modes = SeededGenerator(seed: seed ^ 0x5EC)
        facts = HostFacts(datapath: random.one(of: Datapath.allCases))
        bare = ObservedState(hasBalanceSLB: random.oneIn(2))
        if facts.datapath == .openvswitch {
            bare.vswitch = VswitchState()
            if random.oneIn(3) { facts.datapathType = .netdev }
            if random.oneIn(2) { isSecure = true }
        }
        if random.oneIn(2) { bare.directories = [HostFile.scripts] }
        addPool()
        var cards: [PIF] = []
        for index in 0..<Int.random(in: 2...4, using: &random) { addCard(index, &cards) }
        var below = cards
        for index in 0..<Int.random(in: 0...2, using: &random) { addBond(index, over: cards, &below) }
        for tag in 1...5 where random.oneIn(2) { addVLAN(UInt16(tag), on: random.one(of: below)) }
        if facts.datapath == .openvswitch, random.oneIn(3) { addTunnel(over: cards[0]) }
        model.completeInverses()
        guard (try? model.validate()) != nil else { return nil }
    }

    /// A PIF of the host.
    package mutating func anyPIF(_ random: inout SeededGenerator) -> PIF { random.one(of: model.pifsInOrder) }

    /// The name of a bridge, now and then one that no administrator would choose.
    private mutating func bridgeName(_ plain: String) -> String {
        guard random.oneIn(6), !hostileNames.isEmpty else { return plain }
        return hostileNames.remove(at: Int.random(in: 0..<hostileNames.count, using: &random))
    }

    private mutating func addPool() {
        guard let ref = Ref<Pool>("pool"), isSecure || random.oneIn(2) else { return }
        var pool = Pool(ref: ref)
        pool.igmpSnoopingEnabled = random.one(of: [nil, true, false])
        if isSecure { pool.otherConfig = OtherConfig(["vswitch-controller-fail-mode": "secure"], of: .pool) }
        model.pool = pool
    }

    private mutating func addCard(_ index: Int, _ cards: inout [PIF]) {
        guard let name = DeviceName("eth\(index)"), let mac = MACAddress(bits: 0x5254_0000_0010 + UInt64(index)) else {
            return
        }
        var fixed: Set<Offload> = []
        if random.oneIn(4) { fixed = [.gro] }
        let ipv6 = facts.datapath == .bridge && random.oneIn(2) ? nil : IPv6Settings(acceptRA: 1, autoconf: true)
        let isIPv6 = bare.links.values.contains { $0.ipv6 != nil }
        bare.links[name] = Link(
            kind: .other(random.one(of: [nil, "veth"])), mac: mac, permanentMAC: random.one(of: [mac, nil]),
            ipv6: bare.links.isEmpty || isIPv6
                ? ipv6 ?? (isIPv6 ? IPv6Settings(acceptRA: 1, autoconf: true) : nil) : nil,
            offloads: [.gro: true, .lro: false, .tso: true], fixedOffloads: fixed,
            settings: LinkSettings(speed: 1000, duplex: .full, autonegotiation: true))
        guard var pif = addPIF(device: name, bridge: random.oneIn(5) ? nil : bridgeName("xenbr\(index)")) else {
            return
        }
        pif.mac = random.oneIn(6) ? nil : mac
        let settings = ["ethtool-tso": "off", "ethtool-gro": "on", "ethtool-speed": "100"]
        configure(&pif, random.oneIn(3) ? settings : [:])
        model.pifs[pif.ref] = pif
        cards.append(pif)
    }

    private mutating func addBond(_ index: Int, over cards: [PIF], _ below: inout [PIF]) {
        guard let name = DeviceName("bond\(index)"), let ref = Ref<Bond>("bond\(index)") else { return }
        let isBridgeless = facts.datapath == .bridge && random.oneIn(5)
        guard var master = addPIF(device: name, bridge: isBridgeless ? nil : bridgeName("xapi\(index)")) else { return }
        let slaves = cards.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        master.mac = slaves.first?.mac
        let settings = [
            ["bond-mode": "active-backup"], ["bond-mode": "lacp", "bond-lacp-time": "fast"], ["bond-miimon": "x"],
        ]
        configure(&master, random.oneIn(3) ? random.one(of: settings) : [:])
        model.pifs[master.ref] = master
        var bond = Bond(ref: ref, uuid: "bond\(index)", master: master.ref, slaves: slaves.map(\.ref))
        bond.primarySlave = random.one(of: [nil, slaves.last?.ref])
        model.bonds[ref] = bond
        below.append(master)
    }

    /// Sets what a PIF of a bridge's own says, now and then the bridge's fail mode as well.
    private mutating func configure(_ pif: inout PIF, _ settings: [String: String]) {
        var settings = settings
        if modes.oneIn(4) {
            settings[OtherConfigKey.failMode.rawValue] = modes.one(of: ["secure", "standalone", "safe"])
        }
        pif.otherConfig = OtherConfig(settings, of: .pif)
    }

    private mutating func addVLAN(_ tag: UInt16, on below: PIF) {
        let isBridgeless = facts.datapath == .bridge && random.oneIn(4)
        guard let ref = Ref<VLAN>("vlan\(tag)"), model.bridge(of: below) != nil || facts.datapath == .bridge,
            var pif = addPIF(device: below.device, bridge: isBridgeless ? nil : bridgeName("xapi1\(tag)"))
        else { return }
        pif.vlan = tag
        pif.vlanMasterOf = ref
        model.pifs[pif.ref] = pif
        model.vlans[ref] = VLAN(ref: ref, uuid: "vlan\(tag)", taggedPIF: below.ref, untaggedPIF: pif.ref)
    }

    private mutating func addTunnel(over transport: PIF) {
        guard let ref = Ref<Tunnel>("tunnel"), let device = DeviceName("tunnel0"),
            let pif = addPIF(device: device, bridge: "xapi20")
        else { return }
        model.tunnels[ref] = Tunnel(ref: ref, uuid: "tunnel", accessPIF: pif.ref, transportPIF: transport.ref)
        model.pifs[pif.ref]?.mac = MACAddress(bits: 0x5254_0000_0020)
    }

    /// Adds a PIF with a network of its own and a random configuration.
    private mutating func addPIF(device: DeviceName, bridge: String?) -> PIF? {
        count += 1
        guard let ref = Ref<PIF>("pif\(count)"), let networkRef = Ref<Network>("network\(count)") else { return nil }
        var network = Network(ref: networkRef, uuid: "network\(count)", bridge: bridge.flatMap { DeviceName($0) })
        network.mtu = random.one(of: [nil, 1500, 1500, 9000])
        network.otherConfig = OtherConfig(
            random.one(of: [
                [:], ["static-routes": "203.0.113.0/24/10.\(count).0.9,nonsense"], ["ethtool-tso": "off"],
                ["vswitch-controller-fail-mode": "secure", "vswitch-disable-in-band": "true"], ["mtu": "1400"],
            ]), of: .network)
        model.networks[networkRef] = network
        var pif = PIF(ref: ref, uuid: "pif\(count)", device: device, network: networkRef)
        pif.management = random.oneIn(3)
        pif.currentlyAttached = random.oneIn(2)
        pif.ipv4.mode = random.one(of: IPv4Configuration.Mode.allCases)
        pif.ipv4.address = IPAddress("10.\(count).0.2")
        pif.ipv4.netmask = IPAddress("255.255.0.0")
        pif.ipv4.gateway = random.one(of: [nil, IPAddress("10.\(count).0.1"), IPAddress("192.0.2.1")])
        pif.ipv6.mode = random.one(of: IPv6Configuration.Mode.allCases)
        pif.ipv6.addresses = ["2001:db8:\(count)::2/64", "2001:db8:\(count)::3/64"].compactMap { IPPrefix($0) }
        pif.ipv6.gateway = IPAddress("2001:db8:\(count)::1")
        pif.dns = [IPAddress("192.0.2.53")].compactMap { $0 }
        model.pifs[ref] = pif
        return pif
    }
}
