internal import NetConfigCore

/// xcp-networkd's database as records of XAPI's classes, so that the same rules and messages hold for both.
///
/// A bridge with one port becomes a network and the PIF on it; a port of several interfaces a bond, with a PIF on a network
/// without bridge for each; a bridge with `vlan` a VLAN on the PIF of its parent; a bridge with neither a network alone. An
/// interface with addresses that no bridge has is a PIF without a bridge. References are made from the names.
struct NetworkdRecords {
    /// The records, as far as they could be read.
    private(set) var reading: RecordReading
    private let database: JSON
    private let management: String?
    private let places: [[String]: ModelError.Position]
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
    init(_ database: JSON, management: String?, places: [[String]: ModelError.Position]) {
        self.database = database
        self.places = places
        bridges = database["bridge_config"]?.object ?? [:]
        interfaces = database["interface_config"]?.object ?? [:]
        self.management = database["gateway_interface"]?.string ?? management
        reading = RecordReading(keepingRecords: !places.isEmpty)
        addPool()
        for (name, bridge) in Self.byName(bridges) { add(bridge, named: name) }
        for name in interfaces.keys.sorted() where isBridgeless(name) {
            add(network: "\(name)Network", bridge: nil, at: ["interface_config", name])
            add(pif(name, device: name, network: "\(name)Network", at: ["interface_config", name]))
        }
        reading.compare()
    }

    // MARK: Bridges

    private mutating func add(_ bridge: JSON, named name: String) {
        let path = ["bridge_config", name]
        add(network: name, bridge: name, at: path, bridge)
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
        for member in members {
            if let owner = owners.updateValue(bridge, forKey: member), owner != bridge {
                return refuse(bridge, path + ["interfaces"], "\(member) is in a port of \(owner) already")
            }
        }
        let mac = Self.present(port["bond_mac"])?.string ?? Self.present(value["bridge_mac"])?.string
        guard members.count > 1 else {
            return add(pif(bridge, device: first, network: bridge, mac: mac, at: ["bridge_config", bridge]))
        }
        add(pif(bridge, device: name, network: bridge, mac: mac, at: ["bridge_config", bridge]))
        for member in members {
            add(network: "\(member)Network", bridge: nil, at: path)
            add(pif(member, device: member, network: "\(member)Network", at: path))
        }
        addBond(bridge, members, port["bond_properties"]?.object ?? [:], at: path)
    }

    private mutating func addBond(
        _ bridge: String, _ members: [String], _ properties: [String: JSON], at path: [String]
    ) {
        var bond = record(.bond, bridge, at: path)
        bond.add(field("master", Self.reference(bridge), path))
        bond.add(list("slaves", members.map(Self.reference), path + ["interfaces"]))
        if let mode = properties["mode"]?.string { bond.add(field("mode", mode, path + ["bond_properties", "mode"])) }
        let others = properties.filter { $0.key != "mode" }.compactMapValues(\.string)
        bond.add(map("properties", others, path + ["bond_properties"]))
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
        let mac = Self.present(bridge["bridge_mac"])?.string
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
        let config = value["other_config"]?.object?.compactMapValues(\.string) ?? [:]
        network.add(map("other_config", config, path + ["other_config"]))
        reading.add(network)
    }

    /// Snooping is the pool's in XAPI, and each bridge's here: that of the management bridge counts.
    private mutating func addPool() {
        let own = management.flatMap { name in bridges[name].map { (key: name, value: $0) } }
            .flatMap { Self.present($0.value["vlan"]) == nil ? $0 : nil }
        guard
            let (name, bridge) = own
                ?? Self.byName(bridges).first(where: { !(Self.present($0.value["ports"])?.object?.isEmpty ?? true) }),
            case .boolean(let snoops) = bridge["igmp_snooping"]
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
        _ name: String, device: String, network: String, mac: String? = nil, at path: [String]
    ) -> FieldRecord {
        var pif = record(.pif, name, at: path)
        pif.add(field("device", device, path))
        pif.add(field("network", Self.reference(network), path))
        if let mac { pif.add(field("MAC", mac, path + ["bridge_mac"])) }
        pif.add(field("management", management.map(name.isExactly) == true ? "True" : "False", ["gateway_interface"]))
        let settings = interfaces[name] ?? .null
        addIPv4(settings, name, &pif)
        addIPv6(settings, name, &pif)
        if let dns = Self.present(settings["dns"]) {
            let place = ["interface_config", name, "dns"]
            let servers = dns.array?.first?.array.map { $0.compactMap(\.string) }
            if let servers, servers.count == dns.array?.first?.array?.count {
                pif.add(list("DNS", servers, place))
            } else {
                pif.add(field("DNS", dns, place))
            }
        }
        var config = ethtoolKeys(interfaces[device] ?? .null)
        if let domains = settings["dns"]?.array?.dropFirst().first?.array, !domains.isEmpty {
            config["domain"] = domains.compactMap(\.string).joined(separator: ",")
        }
        if let routes = staticRoutes(settings, name) { config["static-routes"] = routes }
        if database["dns_interface"]?.string.map(name.isExactly) == true { config["peerdns"] = "true" }
        pif.add(map("other_config", config, ["interface_config", name]))
        return pif
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
            guard let first = variant.addresses.first else { break }
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
            pif.add(list("IPv6", variant.addresses.map { "\($0.address)/\($0.length)" }, path))
        case let other: pif.add(field("ipv6_configuration_mode", other, path))
        }
    }

    /// Static routes as XAPI writes them. Older files have a list of gateway, length and subnet for each.
    private mutating func staticRoutes(_ settings: JSON, _ name: String) -> String? {
        let path = ["interface_config", name, "ipv4_routes"]
        guard let routes = Self.present(settings["ipv4_routes"])?.array, !routes.isEmpty else { return nil }
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

    private func ethtoolKeys(_ settings: JSON) -> [String: String] {
        var config: [String: String] = [:]
        for name in ["ethtool_settings", "ethtool_offload"] {
            for (key, value) in settings[name]?.object ?? [:] { config["ethtool-\(key)"] = value.string }
        }
        return config
    }

    // MARK: Values

    /// The text is the same for records of all kinds.
    private static func reference(_ name: String) -> String { Ref<PIF>(named: name).text }

    /// The members of an object in the order of their names.
    private static func byName(_ members: [String: JSON]) -> [(key: String, value: JSON)] {
        members.sorted { $0.key < $1.key }
    }

    /// The ports of a bridge that lead out of the host, in the order of their names.
    private static func uplinks(of bridge: JSON) -> [(key: String, value: JSON)] {
        byName(bridge["ports"]?.object ?? [:]).filter { isUplink($0.value) }
    }

    /// A value that is there: what is optional is left out, `null` or an empty list.
    private static func present(_ value: JSON?) -> JSON? {
        switch value {
        case nil, .null?, .array([])?: nil
        case let value: value
        }
    }

    /// Whether a port leads out of the host; others belong to XAPI's own services.
    private static func isUplink(_ port: JSON) -> Bool {
        guard let kind = port["kind"]?.string else { return true }
        return kind == "Basic_port"
    }

    private struct Variant {
        var name: String
        var addresses: [(address: String, length: Int)] = []
        var hasAddresses: Bool { name == "DHCP6" || name == "Autoconf6" || name == "Static6" }
    }

    /// A variant as OCaml's JSON has it: a word, or a list of a word and what belongs to it.
    private static func variant(_ value: JSON?) -> Variant? {
        if let name = value?.string { return Variant(name: name) }
        guard let parts = value?.array, let name = parts.first?.string else { return nil }
        let addresses = (parts.dropFirst().first?.array ?? []).compactMap { pair -> (String, Int)? in
            guard let pair = pair.array, pair.count == 2, let address = pair[0].string, let length = pair[1].integer
            else {
                return nil
            }
            return (address, length)
        }
        return Variant(name: name, addresses: addresses)
    }

    // MARK: Records

    private func record(_ kind: RecordKind, _ name: String, at path: [String]) -> FieldRecord {
        var record = FieldRecord(kind: kind, reference: Self.reference(name), position: places[path])
        record.add(field("uuid", name, path))
        return record
    }

    private func field(_ name: String, _ text: String, _ path: [String]) -> FieldRecord.Field {
        FieldRecord.Field(name: name, text: text, position: places[path])
    }

    /// A field with a value as it stands there. One of a type that xcp-networkd does not write is text that the reader of records
    /// refuses, with its place.
    private func field(_ name: String, _ value: JSON, _ path: [String]) -> FieldRecord.Field {
        field(name, value.string ?? String(value.text.trimmed).shortened(to: 40), path)
    }

    private func list(_ name: String, _ values: [String], _ path: [String]) -> FieldRecord.Field {
        FieldRecord.Field(
            name: name, entries: values.map { FieldRecord.Entry(key: "value", value: $0, position: places[path]) },
            position: places[path])
    }

    private func map(_ name: String, _ values: [String: String], _ path: [String]) -> FieldRecord.Field {
        FieldRecord.Field(
            name: name,
            entries: values.sorted { $0.key < $1.key }.map { key, value in
                FieldRecord.Entry(key: key, value: value, position: places[path + [key]] ?? places[path])
            },
            position: places[path])
    }

    /// Leaves out the PIF of a bridge, with what stands on it. A record that is in error stands for it, whatever its device.
    private mutating func refuse(_ bridge: String, _ path: [String], _ message: String) {
        reading.add(pif(bridge, device: "?", network: bridge, at: ["bridge_config", bridge]))
        reading.diagnostics.add(
            ModelError(
                record: "\(RecordKind.pif.rawValue) \(Self.reference(bridge))", field: path.joined(separator: "."),
                message: message, position: places[path]))
    }

    private mutating func warn(_ interface: String, _ path: [String], _ message: String) {
        reading.diagnostics.add(
            Warning(interface, "\(path.joined(separator: ".")) \(message)", line: places[path]?.line))
    }
}

extension JSON {
    fileprivate var isObjectOrNothing: Bool { object != nil || self == .null }
}
