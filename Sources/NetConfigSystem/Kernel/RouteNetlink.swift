package import NetConfigCore
internal import CLibNL
internal import SystemPackage

/// The kernel's links, addresses and routes, read and changed over rtnetlink (`rtnetlink(7)`).
///
/// Belongs to the network namespace of the thread that made it. Nothing is remembered between calls: devices come and
/// go, and a name's index with them.
package struct RouteNetlink: ~Copyable {
    private let socket: NetlinkSocket

    /// Connects to the kernel.
    package init() throws(NetlinkError) {
        socket = try NetlinkSocket()
    }

    /// All links by name, with their addresses and routes. Offloads and link settings are ``Ethtool``'s to tell.
    ///
    /// Three dumps. Devices are there under whatever name they have.
    /// - Throws: `EINTR` where the tables changed each time that they were read.
    package func links() throws(NetlinkError) -> [DeviceName: Link] { try linksAndRoutes().links }

    /// The same, with the routes of the main table that no link has.
    package func linksAndRoutes() throws(NetlinkError) -> (links: [DeviceName: Link], others: [OtherRoute]) {
        let dump = LinkDump(try socket.dump(NetlinkMessage.getLinks))
        var links = dump.links
        for (index, addresses) in AddressDump.decode(
            try socket.dump(NetlinkMessage.getAddresses), names: dump.names)
        {
            guard let name = dump.names[index] else { continue }
            links[name]?.addresses = addresses
        }
        let replies = try socket.dump(NetlinkMessage.getRoutes)
        var connected: [DeviceName: Set<IPPrefix>] = [:]
        for entry in RouteDump.decode(replies) {
            guard entry.hops.isEmpty, let name = dump.names[entry.index] else { continue }
            if !entry.route.isAutomatic { links[name]?.routes.append(entry.route) }
            if entry.route.gateway == nil, entry.route.fork == nil {
                connected[name, default: []].insert(entry.route.destination)
            }
        }
        for (name, link) in links where link.isUp && link.mac != nil && !link.addresses.isEmpty {
            links[name]?.noteMissingRoutes(connected[name] ?? [])
        }
        return (links, RouteDump.others(replies, among: links, names: dump.names))
    }

    /// The kernel's index of a device.
    ///
    /// - Throws: `ENODEV` where there is no such device.
    package func index(of device: DeviceName) throws(NetlinkError) -> Int32 {
        try record(of: device).index
    }

    /// Reads a dump.
    func dump(_ request: () -> NetlinkMessage) throws(NetlinkError) -> [NetlinkReply] { try socket.dump(request) }

    /// Sends a request that is answered by an acknowledgement.
    func send(_ message: consuming NetlinkMessage) throws(NetlinkError) {
        _ = try socket.request(message)
    }

    /// Sends a request to remove something; that it is gone already, as a side effect of an earlier change or by
    /// itself, is what was wanted.
    func sendRemoval(_ message: consuming NetlinkMessage) throws(NetlinkError) {
        do {
            try send(message)
        } catch {
            // In this order: routes, links, addresses.
            let isGone: Set<Errno> = [.noSuchProcess, .noSuchDevice, .addressNotAvailable]
            guard isGone.contains(error.code) else { throw error }
        }
    }

    /// One link as the kernel tells it.
    package func record(of device: DeviceName) throws(NetlinkError) -> LinkRecord {
        for reply in try socket.request(.getLink(device)) {
            if let record = LinkRecord(reply.payload) { return record }
        }
        throw NetlinkError(operation: "find \(device)", device: device, code: .noSuchDevice)
    }

    /// The same by its number.
    func record(index: Int32) throws(NetlinkError) -> LinkRecord {
        for reply in try socket.request(.getLink(index: index)) {
            if let record = LinkRecord(reply.payload) { return record }
        }
        throw NetlinkError(operation: "find device \(index)", device: nil, code: .noSuchDevice)
    }

    /// The port behind which a bridge's table has the bridge's own address, so that the host gets none of its frames; `nil` where
    /// the table has it as the host's, and where the kernel does not tell.
    package func portOfOwnAddress(of bridge: DeviceName) -> DeviceName? {
        guard let record = try? record(of: bridge), let mac = record.mac,
            let entry = entry(of: mac, on: bridge, record.index), entry.isStation, entry.port != record.index
        else { return nil }
        return try? self.record(index: entry.port).name
    }

    /// The port behind which a bridge's table holds the address of a neighbour, wherever that is; `nil` where it holds none, or
    /// the kernel does not know the neighbour.
    package func held(_ neighbour: IPAddress, on bridge: DeviceName) -> HeldNeighbour? {
        guard let index = try? index(of: bridge),
            let replies = try? socket.request(.getNeighbour(neighbour, on: bridge, index: index)),
            let known = replies.first?.payload.dropFirst(12),
            let mac = NetlinkAttributes(known).first(where: { $0.type == Int(NDA_LLADDR) }).flatMap({
                MACAddress(bytes: $0.payload)
            }),
            let entry = entry(of: mac, on: bridge, index), entry.isHeld, let port = try? record(index: entry.port).name
        else { return nil }
        return HeldNeighbour(address: neighbour, mac: mac, port: port)
    }

    private func entry(of mac: MACAddress, on bridge: DeviceName, _ index: Int32) -> ForwardingEntry? {
        let replies = try? socket.request(.getForwardingEntry(mac, of: bridge, index: index))
        return replies?.lazy.compactMap { ForwardingEntry($0.payload) }.first
    }

    /// The addresses of a device.
    func addresses(ofIndex index: Int32) throws(NetlinkError) -> [LinkAddress] {
        AddressDump.decode(try socket.dump(NetlinkMessage.getAddresses))[index] ?? []
    }

    /// All routes, those of the kernel too.
    package func routes() throws(NetlinkError) -> [RouteDump.Entry] {
        RouteDump.decode(try socket.dump(NetlinkMessage.getRoutes))
    }
}

extension Link {
    /// Notes the networks of addresses to which there is no route, of those to which the device has one.
    fileprivate mutating func noteMissingRoutes(_ connected: Set<IPPrefix>) {
        for address in addresses where address.isNetworked && !connected.contains(address.network) {
            note(address.network, isRouted: false)
        }
    }
}
