internal import NetConfigCore
internal import CLibNL

/// Routes and neighbours that no ``Link`` describes, as dumps of them tell: other tables, several next hops, other types
/// than unicast; neighbours that an administrator or another program has entered.
enum EntryDump {
    /// Decodes dumps of routes and neighbours.
    static func decode(_ replies: [NetlinkReply], names: [Int32: DeviceName]) -> Set<Belonging> {
        Set(
            replies.compactMap { reply in
                switch reply.type {
                case Int(RTM_NEWROUTE): route(reply, names)
                case Int(RTM_NEWNEIGH): neighbour(reply, names)
                default: nil
                }
            })
    }

    private static func route(_ reply: NetlinkReply, _ names: [Int32: DeviceName]) -> Belonging? {
        guard RouteDump.decode([reply]).isEmpty, reply.payload.count >= 12,
            let flags = reply.payload.integer(at: 8, as: UInt32.self)
        else { return nil }
        var header = Array(reply.payload.prefix(12))
        let origin = Route.Origin(rawValue: header[5])
        guard [AddressFamily.v4, AddressFamily.v6].contains(Int(header[0])),
            ![.redirect, .kernel, .advertisement].contains(origin),
            flags & UInt32(RTM_F_CLONED) == 0
        else { return nil }
        header.replaceSubrange(8..<12, with: (flags & RouteDump.settableFlags).hostBytes)
        var entry = EntryBuilder(header, names)
        let attributes = Array(NetlinkAttributes(reply.payload.dropFirst(12)))
        let isByNumber = attributes.contains { $0.type == RTA_NH_ID.rawValue }
        for attribute in attributes {
            switch rtattr_type_t(rawValue: UInt32(attribute.type)) {
            // What the kernel counts, and says of itself.
            case RTA_CACHEINFO, RTA_UID: continue
            case RTA_OIF where isByNumber, RTA_GATEWAY where isByNumber, RTA_MULTIPATH where isByNumber:
                entry.note(attribute)
            case RTA_OIF: entry.put(number: attribute, at: [0])
            case RTA_MULTIPATH: entry.put(legs: attribute)
            default: entry.put(attribute)
            }
        }
        return entry.belonging(Int(RTM_NEWROUTE), routeText(header, attributes))
    }

    private static func neighbour(_ reply: NetlinkReply, _ names: [Int32: DeviceName]) -> Belonging? {
        // struct ndmsg: family, two of padding, index, state, flags, type.
        guard reply.payload.count >= 12, let index = reply.payload.integer(at: 4, as: Int32.self),
            let state = reply.payload.integer(at: 8, as: UInt16.self)
        else { return nil }
        let header = Array(reply.payload.prefix(12))
        let isProxy = header[10] & UInt8(NTF_PROXY) != 0
        guard [AddressFamily.v4, AddressFamily.v6].contains(Int(header[0])),
            state & UInt16(NUD_PERMANENT) != 0 || isProxy
        else { return nil }
        var entry = EntryBuilder(header, names)
        entry.name(index, at: 4)
        var address = ""
        for attribute in NetlinkAttributes(reply.payload.dropFirst(12)) {
            if attribute.type == NDA_DST { address = IPAddress(bytes: attribute.payload)?.description ?? "" }
            if attribute.type != NDA_CACHEINFO, attribute.type != NDA_PROBES { entry.put(attribute) }
        }
        return entry.belonging(Int(RTM_NEWNEIGH), "\(isProxy ? "proxy for" : "static neighbour") \(address)")
    }

    private static func routeText(_ header: [UInt8], _ attributes: [NetlinkAttribute]) -> String {
        var table = UInt32(header[4])
        var text = header[1] == 0 ? "default" : ""
        for attribute in attributes {
            switch rtattr_type_t(rawValue: UInt32(attribute.type)) {
            case RTA_TABLE: table = attribute.payload.integer() ?? table
            case RTA_DST: text = IPAddress(bytes: attribute.payload).map { "\($0)/\(header[1])" } ?? text
            default: break
            }
        }
        return "route \(text) in table \(table)"
    }
}

/// An entry under construction: the kernel's numbers of devices are left out of it, their names noted.
private struct EntryBuilder {
    private var payload: [UInt8]
    private var numbers: [Int: DeviceName] = [:]
    private var devices: Set<DeviceName> = []
    private let names: [Int32: DeviceName]
    private var isWhole = true

    init(_ header: [UInt8], _ names: [Int32: DeviceName]) { (payload, self.names) = (header, names) }

    /// Replaces a number at a place of the payload by a name.
    mutating func name(_ index: Int32, at place: Int) {
        guard let name = names[index] else { return isWhole = false }
        payload.replaceSubrange(place..<place + 4, with: [0, 0, 0, 0])
        numbers[place] = name
        devices.insert(name)
    }

    mutating func put(_ attribute: NetlinkAttribute) { payload += attribute.bytes }

    /// Appends an attribute that holds numbers at these places.
    mutating func put(number attribute: NetlinkAttribute, at places: [Int]) {
        let start = payload.count + 4
        put(attribute)
        for place in places {
            guard let index = attribute.payload.integer(at: place, as: Int32.self) else { continue }
            name(index, at: start + place)
        }
    }

    /// Appends next hops, each a `struct rtnexthop` (length, flags, weight, number of the device) and attributes.
    mutating func put(legs attribute: NetlinkAttribute) {
        var bytes = Array(attribute.payload)
        var places: [Int] = []
        var place = 0
        while place + 8 <= bytes.count, let length = bytes[place...].integer(as: UInt16.self), length >= 8 {
            bytes[place + 2] &= UInt8(truncatingIfNeeded: RouteDump.settableFlags)
            places.append(place + 4)
            place += (Int(length) + 3) & ~3
        }
        put(number: NetlinkAttribute(type: attribute.type, payload: bytes[...]), at: places)
    }

    /// Takes the devices of an attribute that is not to be sent: the entry refers to a next hop that has it.
    mutating func note(_ attribute: NetlinkAttribute) {
        var other = EntryBuilder([], names)
        if attribute.type == RTA_OIF.rawValue { other.put(number: attribute, at: [0]) }
        if attribute.type == RTA_MULTIPATH.rawValue { other.put(legs: attribute) }
        devices.formUnion(other.devices)
        isWhole = false
    }

    /// The finished entry; one that cannot be sent back is at least named.
    func belonging(_ type: Int, _ text: String) -> Belonging? {
        guard !devices.isEmpty else { return nil }
        let entry = Belonging.Entry(type: type, payload: payload, numbers: numbers)
        return Belonging(devices: devices.sorted(), text: text, content: isWhole ? .entry(entry) : .lasting)
    }
}
