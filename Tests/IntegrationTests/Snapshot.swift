@testable import NetConfigCore
import Foundation
import Testing

/// All on a host that a run could change: a line for each fact, so that a failed test tells what differs.
struct Snapshot {
    /// How things are set.
    fileprivate(set) var facts: Set<String> = []
    /// Which things they are: numbers of devices, rows and processes, times of files. What was taken away and put back is
    /// set as before, but is another thing.
    fileprivate(set) var identities: Set<String> = []

    /// What came (`+`) and went (`-`).
    func changes(since old: Snapshot) -> [String] {
        Self.difference(old.facts.union(old.identities), facts.union(identities))
    }

    func settingsChanged(since old: Snapshot) -> [String] { Self.difference(old.facts, facts) }

    private static func difference(_ old: Set<String>, _ new: Set<String>) -> [String] {
        (old.subtracting(new).map { "- " + $0 } + new.subtracting(old).map { "+ " + $0 }).sorted {
            $0.dropFirst(2) < $1.dropFirst(2)
        }
    }
}

extension TestBed {
    /// Looks at the host through other programs' eyes, which are few: to start one takes long in a virtual machine.
    func snapshot() throws -> Snapshot {
        var snapshot = Snapshot()
        let looks = "address show\nroute show table all\n"
        let output = try lines(host(["ip", "-json", "-details", "-batch", "-"], input: looks))
        try #require(output.count == 2, "\(output)")
        // The userspace datapath, when it lets go of a card, may set it up again that was set down at the same time: it
        // writes all flags to change one, and has those from before.
        let isUpByChance = datapath == .openvswitch && Self.usableType == "netdev"
        for device in try list(output[0]) { snapshot.add(device: device, isUpByChance: isUpByChance) }
        // The table of local addresses is the kernel's.
        for route in try list(output[1]) where route["table"] == nil { snapshot.add(route: route) }
        // It escapes a quotation mark that JSON does not.
        let features = try host("ethtool", "--json", "--show-features", "*").replacing(#"\'"#, with: "'")
        for card in try list(features) { snapshot.add(offloads: card) }
        for (process, command) in try dhcpClients() {
            snapshot.facts.insert("client: \(command)")
            snapshot.identities.insert("client: process \(process)")
        }
        try inHost { try snapshot.addHostFiles() }
        try snapshot.add(filesBelow: root)
        if datapath == .openvswitch, FileManager.default.fileExists(atPath: "\(directory)/ovs/db.sock") {
            try snapshot.add(tables: vswitchTables())
        }
        return snapshot
    }

    /// Expects that nothing at all was touched.
    func expectUntouched(since before: Snapshot, location: SourceLocation = #_sourceLocation) throws {
        let changes = try snapshot().changes(since: before)
        #expect(changes.isEmpty, "\(changes.joined(separator: "\n"))", sourceLocation: location)
    }

    /// Expects that the host is set as before, where things may have been taken away and made again.
    func expectPutBack(to before: Snapshot, location: SourceLocation = #_sourceLocation) throws {
        let changes = try snapshot().settingsChanged(since: before)
        #expect(changes.isEmpty, "\(changes.joined(separator: "\n"))", sourceLocation: location)
    }

    /// Runs something that must fail before anything is touched.
    func refuses(
        _ arguments: [String], saying messages: [String], location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try snapshot()
        try fails(arguments, saying: messages, location)
        try expectUntouched(since: before, location: location)
    }

    /// Runs something that must fail on its way, and be taken back.
    func takesBack(
        _ arguments: [String], saying messages: [String], location: SourceLocation = #_sourceLocation
    ) throws {
        let before = try snapshot()
        try fails(arguments, saying: messages, location)
        try expectPutBack(to: before, location: location)
    }

    private func fails(_ arguments: [String], saying messages: [String], _ location: SourceLocation) throws {
        let result = try run(arguments)
        #expect(result.status == 1, sourceLocation: location)
        for message in messages {
            #expect(result.errors.contains(message), "\(result.errors)", sourceLocation: location)
        }
    }

    private func list(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }
}

extension Snapshot {
    /// Devices of the datapaths themselves, which come with the first bridge.
    fileprivate static let datapathDevices: Set<String> = ["ovs-netdev", "ovs-system"]

    /// What changes by itself: carrier, timers, what Open vSwitch's listening to a device does to it, the search for hosts
    /// with the same IPv6 address, what a bond and its peer have agreed on so far, which slave a bond happens to use, and a
    /// port's cost, which is made of its speed as it was known when it became one. On the userspace datapath a card finds its
    /// own bridge, because both hear a frame.
    private static let volatile: Set<String> = [
        "active_slave", "allmulti",
        "ad_actor_oper_port_state", "ad_actor_oper_port_state_str", "ad_partner_oper_port_state",
        "ad_partner_oper_port_state_str", "carrier_down_count", "carrier_up_count", "cost", "dadfailed", "expires",
        "link_index", "mii_status",
        "operstate",
        "preferred_life_time", "promiscuity", "qdisc", "state", "tentative", "topology_change", "topology_change_ack",
        "topology_change_detected", "valid_life_time",
    ]

    fileprivate mutating func add(device: [String: Any], isUpByChance: Bool) {
        guard let name = device["ifname"] as? String, !Self.datapathDevices.contains(name) else { return }
        var device = device
        identities.insert("\(name): number \(device.removeValue(forKey: "ifindex") ?? "")")
        var flags = Set(device["flags"] as? [String] ?? []).subtracting(["LOWER_UP", "NO-CARRIER"])
        if isUpByChance, name.hasPrefix("eth"), let up = flags.remove("UP") { identities.insert("\(name): \(up)") }
        device["flags"] = flags.sorted().joined(separator: ",")
        // The device that stands for a bond of Open vSwitch gets an address by chance.
        if device["linkinfo"].map({ "\($0)".contains("openvswitch") }) == true, name.hasPrefix("bond") {
            identities.insert("\(name): \(device.removeValue(forKey: "address") ?? "")")
        }
        // The order of addresses is one of time.
        let addresses = device.removeValue(forKey: "addr_info") as? [[String: Any]] ?? []
        // Link-local ones are the kernel's, which makes them once it has heard whether anybody else has them.
        for var address in addresses where address["scope"] as? String != "link" {
            add(&address, "\(name) address \(address["local"] ?? "")")
        }
        add(&device, name)
    }

    fileprivate mutating func add(route: [String: Any]) {
        var route = route
        guard let device = route["dev"] as? String, !Self.datapathDevices.contains(device),
            route["dst"] as? String != "fe80::/64"
        else { return }
        // "linkdown" while a carrier is missing.
        route["flags"] = nil
        for key in Self.volatile { route[key] = nil }
        facts.insert("route " + route.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " "))
    }

    fileprivate mutating func add(offloads: [String: Any]) {
        guard let card = offloads["ifname"] as? String, card.hasPrefix("eth") else { return }
        for case let (name, state as [String: Any]) in offloads {
            facts.insert("\(card) offload \(name): \(state["active"] ?? "")")
        }
    }

    /// Adds the IPv6 settings of the devices that there are, and the resolver's file, of the host on which this thread is.
    fileprivate mutating func addHostFiles() throws {
        let directory = "/proc/sys/net/ipv6/conf"
        let devices = try FileManager.default.contentsOfDirectory(atPath: directory)
        try #require(devices.contains("default"))
        for device in devices where !Self.datapathDevices.contains(device) {
            for setting in ["accept_ra", "autoconf", "disable_ipv6"] {
                // A device may go meanwhile.
                let value = try? String(contentsOfFile: "\(directory)/\(device)/\(setting)", encoding: .utf8)
                if let value { facts.insert("\(device)/\(setting):\(value.dropLast())") }
            }
        }
        facts.insert(
            "resolver of the client's script: " + (try String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)))
    }

    /// Adds the members of an object, those of objects inside it under their path.
    private mutating func add(_ object: inout [String: Any], _ path: String) {
        for (key, value) in object where !Self.volatile.contains(key) && !key.hasSuffix("_timer") {
            if var inner = value as? [String: Any] {
                add(&inner, "\(path) \(key)")
            } else {
                facts.insert("\(path) \(key): \(value)")
            }
        }
    }

    /// The lock file, which every run signs, what became of a checkpoint, one that was not written to its end, and what is
    /// remembered of runs are no configuration, and what a DHCP client notes down is its own.
    fileprivate mutating func add(filesBelow root: String) throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            if path.contains("interface-reconfigure/lock") || path.hasSuffix("/checkpoint.ended")
                || path.contains("/.checkpoint.") || path.contains("interface-reconfigure/history")
            {
                continue
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            let (number, time) = (attributes[.systemFileNumber] ?? "", attributes[.modificationDate] as? Date)
            identities.insert("/\(path): file \(number) of \(time?.timeIntervalSince1970 ?? 0)")
            guard !path.hasSuffix(".leases"), !path.hasSuffix(".pid") else { continue }
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            facts.insert("/\(path) mode \(attributes[.posixPermissions] ?? ""): \(text)")
        }
    }

    fileprivate mutating func add(tables: [VswitchTableDump]) {
        let names = tables.reduce(into: [String: String]()) { names, table in
            for row in table.rows { names[row.identity] = row.name }
        }
        for table in tables {
            for row in table.rows {
                identities.insert("\(table.name) \(row.name): row \(row.identity)")
                for (column, value) in row.columns {
                    // How often anybody changed anything.
                    if column == "next_cfg" {
                        identities.insert("next_cfg: \(value.text(names: names))")
                    } else {
                        facts.insert("\(table.name) \(row.name) \(column): \(value.text(names: names))")
                    }
                }
            }
        }
    }
}
