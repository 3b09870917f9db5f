internal import NetConfigCore

/// xcp-networkd's database as records of XAPI's classes, so that the same rules and messages hold for both.
///
/// A bridge with one port becomes a network and the PIF on it; a port of several interfaces a bond, with a PIF on a network
/// without bridge for each; a bridge with `vlan` a VLAN on the PIF of its parent; a bridge with neither a network alone. An
/// interface with addresses that no bridge has is a PIF without a bridge. References are made from the names.
struct NetworkdRecords {
    /// The records, as far as they could be read.
    private(set) var reading: RecordReading
    private var management: String?
    private var resolver: String?
    let places: [[String]: ModelError.Position]
    private let bridges: [String: JSON]
    private let interfaces: [String: JSON]
    /// The bridge whose port an interface is in.
    private var owners: [String: String] = [:]

    /// Reads the records.
    ///
    /// - Parameters:
    ///   - database: The database.
    ///   - management: The management interface by the host's inventory; what the database says counts before it.
    ///   - places: Where values stand, by their paths; empty where no message needs them.
    init(_ database: TolerantJSON, management: String?, places: [[String]: ModelError.Position]) {
        self.places = places
        bridges = database.value["bridge_config"]?.object ?? [:]
        interfaces = database.value["interface_config"]?.object ?? [:]
        reading = RecordReading(keepingRecords: !places.isEmpty)
        self.management =
            interface("gateway_interface", of: database.value, "the inventory's MANAGEMENT_INTERFACE counts")
            ?? management
        resolver = interface("dns_interface", of: database.value, "it is ignored")
        addPool()
        for (name, bridge) in Self.byName(bridges) { add(bridge, named: name) }
        for name in interfaces.keys.sorted() where isBridgeless(name) {
            add(network: "\(name)Network", bridge: nil, at: ["interface_config", name])
            add(pif(name, device: name, network: "\(name)Network", at: ["interface_config", name]))
        }
        for member in database.repeated { note(repeated: member.path) }
        reading.compare()
    }

    /// The interface that a member names; `nil`, with a warning, where that is none.
    private mutating func interface(_ key: String, of database: JSON, _ consequence: String) -> String? {
        guard let name = word(database[key], at: [key], of: Self.subject(of: key)) else { return nil }
        if bridges[name] != nil || interfaces[name] != nil { return name }
        warn(
            Self.subject(of: key), [key],
            "names '\(name.shortened(to: 40))', which is neither a bridge nor an interface here; \(consequence)")
        return nil
    }

    /// What a member of the database itself is about.
    private static func subject(of key: String) -> String {
        key == "gateway_interface" ? "management interface" : "name servers"
    }

    /// Says what is given twice. Where the host's being reached depends on it, its PIF is left out.
    private mutating func note(repeated path: [String]) {
        switch NetworkdField(path) {
        case .unread: break
        case .essential where reading.model.pifs[Ref(named: path[1])] != nil: fault(path[1], path, "it is given twice")
        case .essential, .optional:
            warn(path.count > 1 ? path[1] : Self.subject(of: path[0]), path, "is given twice; the last one is used")
        }
    }

    // MARK: Bridges

    private mutating func add(_ bridge: JSON, named name: String) {
        let path = ["bridge_config", name]
        add(network: name, bridge: name, at: path, bridge)
        guard bridge.object != nil else { return refuse(name, path, "expected an object") }
        if let snoops = Self.present(bridge["igmp_snooping"]), snoops.boolean == nil {
            warn(name, path + ["igmp_snooping"], "is ignored: expected true or false")
        }
        if let vlan = Self.present(bridge["vlan"]) { return addVLAN(vlan, named: name, bridge) }
        guard bridge["ports"]?.isObjectOrNothing != false else {
            return refuse(name, path + ["ports"], "expected an object")
        }
        let ports = Self.uplinks(of: bridge)
        guard let port = ports.first else { return }
        guard ports.count == 1 else {
            let names = ports.map(\.key).joined(separator: ", ")
            return refuse(name, path + ["ports"], "a bridge has one port to the outside, and this one has \(names)")
        }
        add(port.value, named: port.key, of: name, bridge, at: path + ["ports", port.key])
    }

    private mutating func add(_ port: JSON, named name: String, of bridge: String, _ value: JSON, at path: [String]) {
        let members = port["interfaces"]?.array?.compactMap(\.string) ?? []
        guard let first = members.first, members.count == port["interfaces"]?.array?.count else {
            return refuse(bridge, path + ["interfaces"], "expected a list of interfaces")
        }
        if let twin = members.first(where: { name in members.count(where: name.isExactly) > 1 }) {
            return refuse(bridge, path + ["interfaces"], "\(twin) is in it twice")
        }
        if let kind = Self.present(port["kind"]), kind.string == nil {
            warn(bridge, path + ["kind"], "is ignored: expected a word; the port is taken for one to the outside")
        }
        for member in members {
            if let owner = owners.updateValue(bridge, forKey: member), owner != bridge {
                return refuse(bridge, path + ["interfaces"], "\(member) is in a port of \(owner) already")
            }
        }
        let mac = mac(value["bridge_mac"], port["bond_mac"], of: bridge, path)
        guard members.count > 1 else {
            return add(pif(bridge, device: first, network: bridge, mac: mac, at: ["bridge_config", bridge]))
        }
        add(pif(bridge, device: name, network: bridge, mac: mac, at: ["bridge_config", bridge]))
        for member in members {
            add(network: "\(member)Network", bridge: nil, at: path)
            add(pif(member, device: member, network: "\(member)Network", at: path))
        }
        addBond(bridge, members, port["bond_properties"], at: path)
    }

    /// The address of a bond, else that of its bridge, as a field.
    private mutating func mac(_ bridge: JSON?, _ bond: JSON?, of name: String, _ port: [String]) -> FieldRecord.Field? {
        let (own, general) = (port + ["bond_mac"], ["bridge_config", name, "bridge_mac"])
        if let mac = word(bond, at: own, of: name) { return field("MAC", mac, own) }
        return word(bridge, at: general, of: name).map { field("MAC", $0, general) }
    }

    private mutating func addBond(
        _ bridge: String, _ members: [String], _ properties: JSON?, at path: [String]
    ) {
        let place = path + ["bond_properties"]
        var properties = words(properties, at: place, of: bridge)
        var bond = record(.bond, bridge, at: path)
        bond.add(field("master", Self.reference(bridge), path))
        bond.add(list("slaves", members.map(Self.reference), path + ["interfaces"]))
        if let mode = properties.removeValue(forKey: "mode") { bond.add(field("mode", mode, place + ["mode"])) }
        bond.add(map("properties", properties, place))
        reading.add(bond)
    }

    private mutating func addVLAN(_ vlan: JSON, named name: String, _ bridge: JSON) {
        let path = ["bridge_config", name, "vlan"]
        // An optional pair is a list of one in older files.
        let pair = vlan.array?.count == 1 ? vlan.array?[0].array : vlan.array
        guard let pair, pair.count == 2, let parent = pair[0].string, let tag = pair[1].integer else {
            return refuse(name, path, "expected a bridge and a tag")
        }
        guard let below = bridges[parent] else {
            return refuse(name, path, "there is no bridge '\(parent)'")
        }
        let port = Self.uplinks(of: below).first
        let members = port?.value["interfaces"]?.array ?? []
        guard let port, let device = members.count == 1 ? members[0].string : port.key else {
            return refuse(name, path, "\(parent) has no port that a VLAN could be on")
        }
        let ports = ["bridge_config", name, "ports"]
        if bridge["ports"]?.isObjectOrNothing == false {
            warn(name, ports, "is ignored: expected an object")
        } else if let port = Self.uplinks(of: bridge).first {
            warn(name, ports + [port.key], "is ignored: the bridge of a VLAN has no port of its own to the outside")
        }
        let mac = mac(bridge["bridge_mac"], nil, of: name, [])
        var pif = pif(name, device: device, network: name, mac: mac, at: ["bridge_config", name])
        pif.add(field("VLAN", String(tag), path))
        reading.add(pif)
        var record = record(.vlan, name, at: path)
        record.add(field("tagged_PIF", Self.reference(parent), path))
        record.add(field("untagged_PIF", Self.reference(name), path))
        record.add(field("tag", String(tag), path))
        reading.add(record)
    }

    private mutating func add(network name: String, bridge: String?, at path: [String], _ value: JSON = .null) {
        var network = record(.network, name, at: path)
        if let bridge { network.add(field("bridge", bridge, path)) }
        if let bridge, let mtu = Self.present(interfaces[bridge]?["mtu"]) {
            network.add(field("MTU", mtu, ["interface_config", bridge, "mtu"]))
        }
        // Of these keys, those that mean something on a network are taken.
        let place = path + ["other_config"]
        network.add(
            map(
                "other_config",
                words(value["other_config"], at: place, of: name, where: NetworkdField.isRead(ofNetwork:)), place))
        reading.add(network)
    }

    /// Snooping is the pool's in XAPI, and each bridge's here: that of the management bridge counts.
    private mutating func addPool() {
        let own = management.flatMap { name in bridges[name].map { (key: name, value: $0) } }
            .flatMap { Self.present($0.value["vlan"]) == nil ? $0 : nil }
        guard
            let (name, bridge) = own
                ?? Self.byName(bridges).first(where: { !(Self.present($0.value["ports"])?.object?.isEmpty ?? true) }),
            let snoops = bridge["igmp_snooping"]?.boolean
        else { return }
        let path = ["bridge_config", name, "igmp_snooping"]
        var pool = record(.pool, "pool", at: path)
        pool.add(field("igmp_snooping_enabled", snoops ? "True" : "False", path))
        reading.add(pool)
    }

    // MARK: Interfaces

    /// Whether an interface is a PIF without a bridge: it has addresses, and no bridge has it. VLAN links of the Linux bridge have
    /// none.
    private func isBridgeless(_ name: String) -> Bool {
        guard owners[name] == nil, bridges[name] == nil, let settings = interfaces[name] else {
            return false
        }
        return Self.variant(settings["ipv4_conf"])?.name != "None4"
            || Self.variant(settings["ipv6_conf"])?.hasAddresses == true
    }

    private mutating func add(_ pif: FieldRecord) { reading.add(pif) }

    /// A PIF, with the settings of the device that has its addresses, and those of its card.
    private mutating func pif(
        _ name: String, device: String, network: String, mac: FieldRecord.Field? = nil, at path: [String]
    ) -> FieldRecord {
        var pif = record(.pif, name, at: path)
        pif.add(field("device", device, path))
        pif.add(field("network", Self.reference(network), path))
        if let mac { pif.add(mac) }
        pif.add(field("management", management.map(name.isExactly) == true ? "True" : "False", ["gateway_interface"]))
        let settings = interfaces[name] ?? .null
        addIPv4(settings, name, &pif)
        addIPv6(settings, name, &pif)
        var (config, paths) = ethtoolKeys(of: device, beside: name)
        let own = ["interface_config", name]
        if let domains = addDNS(settings, name, &pif) { config["domain"] = domains }
        if let routes = staticRoutes(settings, name) { config["static-routes"] = routes }
        if resolver.map(name.isExactly) == true { config["peerdns"] = "true" }
        (paths["domain"], paths["static-routes"]) = (own + ["dns"], own + ["ipv4_routes"])
        paths["peerdns"] = ["dns_interface"]
        pif.add(map("other_config", config, own, paths))
        return pif
    }

    /// Adds the DNS servers; gives the search domains, where there are any.
    private mutating func addDNS(_ settings: JSON, _ name: String, _ pif: inout FieldRecord) -> String? {
        guard let dns = Self.present(settings["dns"]) else { return nil }
        let place = ["interface_config", name, "dns"]
        let servers = dns.array?.first?.array.map { $0.compactMap(\.string) }
        if let servers, servers.count == dns.array?.first?.array?.count {
            pif.add(list("DNS", servers, place))
        } else {
            pif.add(field("DNS", dns, place))
        }
        guard let second = dns.array?.dropFirst().first, let value = Self.present(second) else { return nil }
        let domains = value.array?.compactMap(\.string) ?? []
        if domains.count != value.array?.count { warn(name, place + ["1"], "is not a list of search domains") }
        return domains.isEmpty ? nil : domains.joined(separator: ",")
    }

    private mutating func addIPv4(_ settings: JSON, _ name: String, _ pif: inout FieldRecord) {
        let path = ["interface_config", name, "ipv4_conf"]
        guard settings.isObjectOrNothing else {
            return pif.add(field("ip_configuration_mode", settings, ["interface_config", name]))
        }
        if let gateway = Self.present(settings["ipv4_gateway"]) {
            pif.add(field("gateway", gateway, ["interface_config", name, "ipv4_gateway"]))
        }
        guard let conf = Self.present(settings["ipv4_conf"]) else { return }
        guard let variant = Self.variant(conf) else { return pif.add(field("ip_configuration_mode", conf, path)) }
        switch variant.name {
        case "None4": pif.add(field("ip_configuration_mode", "None", path))
        case "DHCP4": pif.add(field("ip_configuration_mode", "DHCP", path))
        case "Static4":
            pif.add(field("ip_configuration_mode", "Static", path))
            guard let first = variant.addresses.first, !variant.isMalformed, (1...32).contains(first.length) else {
                fault(name, path, "expected \"Static4\" and a list of addresses, each with a prefix length of 1 to 32")
                break
            }
            pif.add(field("IP", first.address, path))
            if let mask = IPPrefix("\(first.address)/\(first.length)")?.netmask {
                pif.add(field("netmask", "\(mask)", path))
            }
            if variant.addresses.count > 1 {
                warn(name, path, "has \(variant.addresses.count) IPv4 addresses; the first is used")
            }
        // Its network is left as it is: what it asks for is not known.
        case let other: pif.add(field("ip_configuration_mode", other, path))
        }
    }

    private mutating func addIPv6(_ settings: JSON, _ name: String, _ pif: inout FieldRecord) {
        let path = ["interface_config", name, "ipv6_conf"]
        if let gateway = Self.present(settings["ipv6_gateway"]) {
            pif.add(field("ipv6_gateway", gateway, ["interface_config", name, "ipv6_gateway"]))
        }
        guard let conf = Self.present(settings["ipv6_conf"]) else { return }
        guard let variant = Self.variant(conf) else { return pif.add(field("ipv6_configuration_mode", conf, path)) }
        switch variant.name {
        // The kernel makes link-local addresses by itself.
        case "None6", "Linklocal6": break
        case "DHCP6": pif.add(field("ipv6_configuration_mode", "DHCP", path))
        case "Autoconf6": pif.add(field("ipv6_configuration_mode", "Autoconf", path))
        case "Static6":
            pif.add(field("ipv6_configuration_mode", "Static", path))
            if variant.isMalformed { warn(name, path, "has an entry that is no address with a prefix length") }
            pif.add(list("IPv6", variant.addresses.map { "\($0.address)/\($0.length)" }, path))
        case let other: pif.add(field("ipv6_configuration_mode", other, path))
        }
    }

    /// Static routes as XAPI writes them. Older files have a list of gateway, length and subnet for each.
    private mutating func staticRoutes(_ settings: JSON, _ name: String) -> String? {
        let path = ["interface_config", name, "ipv4_routes"]
        guard let value = Self.present(settings["ipv4_routes"]) else { return nil }
        guard let routes = value.array else {
            warn(name, path, "is ignored: expected a list of routes")
            return nil
        }
        let texts: [String] = routes.enumerated().compactMap { index, route in
            if let subnet = route["subnet"]?.string, let length = route["netmask"]?.integer,
                let gateway = route["gateway"]?.string
            {
                return "\(subnet)/\(length)/\(gateway)"
            }
            if let parts = route.array, parts.count == 3, let gateway = parts[0].string, let length = parts[1].integer,
                let subnet = parts[2].string
            {
                return "\(subnet)/\(length)/\(gateway)"
            }
            warn(name, path + [String(index)], "is no route: expected subnet, netmask and gateway")
            return nil
        }
        return texts.joined(separator: ",")
    }

    /// The settings of a card. What is wrong with those of the interface itself is told with its addresses.
    private mutating func ethtoolKeys(of device: String, beside name: String) -> (
        values: [String: String], paths: [String: [String]]
    ) {
        let settings = interfaces[device] ?? .null
        let path = ["interface_config", device]
        if !settings.isObjectOrNothing, !device.isExactly(name) { warn(device, path, "is ignored: expected an object") }
        var (values, paths): ([String: String], [String: [String]]) = ([:], [:])
        for name in ["ethtool_settings", "ethtool_offload"] {
            for (key, value) in words(settings[name], at: path + [name], of: device) {
                values["ethtool-\(key)"] = value
                paths["ethtool-\(key)"] = path + [name, key]
            }
        }
        return (values, paths)
    }

    // MARK: Values

    /// A text, or nothing; a warning where a value is neither.
    private mutating func word(_ value: JSON?, at path: [String], of subject: String) -> String? {
        guard let value = Self.present(value) else { return nil }
        if value.string == nil { warn(subject, path, "is ignored: expected a text") }
        return value.string
    }

    /// The texts of an object; a warning for each value that is none.
    private mutating func words(
        _ value: JSON?, at path: [String], of subject: String, where isRead: (String) -> Bool = { _ in true }
    ) -> [String: String] {
        guard let value = Self.present(value) else { return [:] }
        guard let members = value.object else {
            warn(subject, path, "is ignored: expected an object")
            return [:]
        }
        var words: [String: String] = [:]
        for (key, value) in Self.byName(members) where isRead(key) {
            words[key] = word(value, at: path + [key], of: subject)
        }
        return words
    }

    // MARK: Records

    /// Leaves out the PIF of a bridge, with what stands on it. A record that is in error stands for it, whatever its device.
    private mutating func refuse(_ bridge: String, _ path: [String], _ message: String) {
        reading.add(pif(bridge, device: "?", network: bridge, at: ["bridge_config", bridge]))
        fault(bridge, path, message)
    }

    /// Adds an error about the PIF of a bridge, which is left out for it.
    private mutating func fault(_ bridge: String, _ path: [String], _ message: String) {
        reading.diagnostics.add(
            ModelError(
                record: "\(RecordKind.pif.rawValue) \(Self.reference(bridge))", field: JSONError.text(of: path),
                message: message, position: place(path)))
    }

    private mutating func warn(_ interface: String, _ path: [String], _ message: String) {
        let place = place(path)
        var warning = Warning(interface, "\(JSONError.text(of: path)) \(message)", line: place?.line)
        warning.column = place?.column
        reading.diagnostics.add(warning)
    }
}

extension JSON {
    fileprivate var isObjectOrNothing: Bool { object != nil || self == .null }
}
