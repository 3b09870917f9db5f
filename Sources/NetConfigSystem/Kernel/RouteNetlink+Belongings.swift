package import NetConfigCore
internal import CLibNL
internal import SystemPackage

/// What hangs on devices beyond what a ``Link`` describes.
extension RouteNetlink {
    /// Looks for what a plan may cost.
    package func belongings(at stake: Stake) throws(NetlinkError) -> Set<Belonging> {
        let links = try dump(NetlinkMessage.getLinks)
        let records = links.compactMap { LinkRecord($0.payload) }
        let names = Dictionary(
            records.compactMap { record in record.name.map { (record.index, $0) } }, uniquingKeysWith: { $1 })
        var found: Set<Belonging> = []
        for (reply, record) in zip(links, links.map { LinkRecord($0.payload) }) {
            guard let name = record?.name else { continue }
            if stake.removed.contains(name) {
                found.formUnion(AttributeDump.decode(reply.payload, of: name, isPort: false))
            }
            if stake.removed.union(stake.released).contains(name) {
                found.formUnion(AttributeDump.decode(reply.payload, of: name, isPort: true))
            }
            if let dependent = record.flatMap({ Self.dependent($0, names) }),
                stake.removed.contains(dependent.devices[0])
            {
                found.insert(dependent)
            }
        }
        let shaken = stake.removed.union(stake.shaken)
        found.formUnion(try entries(names).filter { !shaken.isDisjoint(with: $0.devices) })
        return found
    }

    /// A device on another one that this program cannot make.
    private static func dependent(_ record: LinkRecord, _ names: [Int32: DeviceName]) -> Belonging? {
        guard let kind = record.kind, let parent = record.parentName(names),
            case .other = record.link(master: nil, name: { names[$0] }).kind, let name = record.name
        else { return nil }
        return Belonging(devices: [parent], text: "\(kind) device \(name)", content: .lasting)
    }

    private func entries(_ names: [Int32: DeviceName]) throws(NetlinkError) -> Set<Belonging> {
        let replies =
            try dump(NetlinkMessage.getRoutes) + dump { NetlinkMessage.getNeighbours(proxies: false) }
            + dump { NetlinkMessage.getNeighbours(proxies: true) }
        return EntryDump.decode(replies, names: names)
    }

    /// Puts back what is not there any more.
    ///
    /// - Returns: What could not be put back, each with the kernel's answer.
    package func restore(_ lost: [Belonging]) throws(NetlinkError) -> [(Belonging, NetlinkError)] {
        let links = LinkDump(try dump(NetlinkMessage.getLinks))
        let indexes = Dictionary(links.names.map { ($0.value, $0.key) }, uniquingKeysWith: { $1 })
        var failed: [(Belonging, NetlinkError)] = []
        // A bridge takes another default VLAN only before it filters.
        let filtering = lost.filter(\.isFiltering)
        for belonging in lost.filter({ !$0.isFiltering }) + filtering {
            guard case .attribute(let attribute) = belonging.content else { continue }
            do throws(NetlinkError) {
                try send(.setAttribute(attribute, of: belonging.devices[0], belonging.text))
            } catch {
                failed.append((belonging, error))
            }
        }
        let there = try entries(links.names)
        var missing = lost.filter { $0.isEntry() && !there.contains($0) }
        // One route may lead to the gateway of another.
        var refused: [(Belonging, NetlinkError)] = []
        repeat {
            refused = []
            let count = missing.count
            for belonging in missing {
                guard case .entry(let entry) = belonging.content else { continue }
                do throws(NetlinkError) {
                    try add(entry, belonging, indexes)
                } catch {
                    refused.append((belonging, error))
                }
            }
            missing = refused.map(\.0)
            if missing.count == count { break }
        } while !missing.isEmpty
        return failed + refused
    }

    private func add(
        _ entry: Belonging.Entry, _ belonging: Belonging, _ indexes: [DeviceName: Int32]
    ) throws(NetlinkError) {
        var payload = entry.payload
        for (place, name) in entry.numbers {
            guard let index = indexes[name], place + 4 <= payload.count else {
                throw NetlinkError(operation: "put back \(belonging)", device: name, code: .noSuchDevice)
            }
            payload.replaceSubrange(place..<place + 4, with: index.hostBytes)
        }
        func message(_ flags: Int32) -> NetlinkMessage {
            NetlinkMessage(
                entry.type, flags: NLM_F_ACK | NLM_F_CREATE | flags, payload: payload,
                operation: "put back \(belonging)", device: belonging.devices.first)
        }
        do {
            try send(message(entry.type == Int(RTM_NEWNEIGH) ? NLM_F_REPLACE : NLM_F_EXCL))
        } catch let error where error.code == .fileExists && payload.first == UInt8(AddressFamily.v4) {
            // IPv4 may have several routes of a destination and metric, one behind the other.
            try send(message(NLM_F_APPEND))
        }
    }
}

extension Belonging {
    fileprivate var isFiltering: Bool {
        guard case .attribute(let attribute) = content else { return false }
        return attribute.place == .kind("bridge") && attribute.number == IFLA_BR_VLAN_FILTERING
    }
}

extension NetlinkMessage {
    /// Asks for the neighbours of both families, or for the addresses that are answered for (`NTF_PROXY`).
    static func getNeighbours(proxies: Bool) -> NetlinkMessage {
        var header = ndmsg()
        header.ndm_flags = proxies ? UInt8(NTF_PROXY) : 0
        return NetlinkMessage(
            RTM_GETNEIGH, flags: NLM_F_DUMP, header: header, operation: "list neighbours", device: nil)
    }

    /// Sets an attribute of a link as it was.
    fileprivate static func setAttribute(
        _ attribute: Belonging.Attribute, of name: DeviceName, _ text: String
    ) -> NetlinkMessage {
        var message = NetlinkMessage(
            RTM_NEWLINK, header: ifinfomsg(), operation: "set \(text) on \(name)", device: name)
        message.put(IFLA_IFNAME, name.text)
        switch attribute.place {
        case .link: message.put(attribute.number, attribute.value)
        case .kind(let kind): message.put(attribute, IFLA_INFO_KIND, kind, IFLA_INFO_DATA)
        case .port(let kind): message.put(attribute, IFLA_INFO_SLAVE_KIND, kind, IFLA_INFO_SLAVE_DATA)
        }
        return message
    }

    private mutating func put(_ attribute: Belonging.Attribute, _ kindType: Int, _ kind: String, _ dataType: Int) {
        nest(IFLA_LINKINFO) { message in
            message.put(kindType, kind)
            message.nest(dataType) { $0.put(attribute.number, attribute.value) }
        }
    }
}
