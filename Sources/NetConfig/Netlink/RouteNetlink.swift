internal import CLibNL
internal import Glibc
internal import SystemPackage

/// The kernel's links, addresses and routes (rtnetlink(7)).
struct RouteNetlink: ~Copyable {
    private let socket: NetlinkSocket

    /// Connects to the kernel.
    init() throws(NetlinkError) { socket = try NetlinkSocket() }

    /// All links with their addresses and routes.
    ///
    /// Equivalent to: `ip -details link show`, `ip address show`, `ip route show table main`
    func links() throws(NetlinkError) -> [DeviceName: Link] {
        var dump = LinkDump()
        try list("the links", LinkDump.request) {
            dump.add($0, $1)
        } restart: {
            dump = LinkDump()
        }
        var links = dump.links()

        var addresses: [(index: Int32, address: LinkAddress)] = []
        try list("the addresses", AddressRequests.list) { type, body in
            if let address = AddressRequests.read(type, body) { addresses.append(address) }
        } restart: {
            addresses = []
        }
        for (index, address) in addresses { dump.names[index].map { links[$0]?.addresses.append(address) } }

        for family in IPAddress.Family.allCases {
            var routes: [(index: Int32, route: Route)] = []
            try list("the routes", { RouteRequests.list(family) }) { type, body in
                if let route = RouteRequests.read(type, body) { routes.append(route) }
            } restart: {
                routes = []
            }
            for (index, route) in routes { dump.names[index].map { links[$0]?.routes.append(route) } }
        }
        return links
    }

    private func list(
        _ what: String, _ request: () -> NetlinkMessage, _ each: (Int, ArraySlice<UInt8>) -> Void,
        restart: () -> Void
    ) throws(NetlinkError) {
        do throws(Errno) {
            try socket.dump(request, each, restart: restart)
        } catch {
            throw NetlinkError("list \(what)", error)
        }
    }

    /// The kernel's index of a device.
    ///
    /// The corresponding C function is `if_nametoindex`.
    func index(of name: DeviceName) throws(NetlinkError) -> Int32 {
        let index = unsafe if_nametoindex(name.text)
        guard index > 0 else { throw NetlinkError("find the device", on: name, .operationNotSupportedByDevice) }
        return Int32(bitPattern: index)
    }

    /// Has the kernel broadcast an ARP announcement of an IPv4 address of a device.
    func announce(_ address: IPAddress, on name: DeviceName) throws(NetlinkError) {
        try request("announce \(address)", name) { NeighbourRequests.use(address, on: $0) }
        try request("announce \(address)", name, unless: [.noSuchFileOrDirectory]) {
            NeighbourRequests.remove(address, from: $0)
        }
    }

    /// Waits until a device has a carrier: a bridge until one of its ports forwards. What is sent before is lost. A device
    /// that has none by the limit is no error.
    func waitForCarrier(of name: DeviceName, atMost limit: Duration) throws(NetlinkError) {
        let index = try index(of: name)
        let deadline = ContinuousClock.now + limit
        while try !isRunning(index, name), .now < deadline { usleep(10_000) }
    }

    private func isRunning(_ index: Int32, _ name: DeviceName) throws(NetlinkError) -> Bool {
        var flags: UInt32 = 0
        do throws(Errno) {
            try socket.dump({ LinkRequests.get(index) }) { _, body in
                flags = body.number(at: 8) ?? 0
            } restart: {
            }
        } catch {
            throw NetlinkError("look at the link", on: name, error)
        }
        return flags & UInt32(IFF_RUNNING) != 0
    }

    /// Does an action on a link, address or route; other actions are not the kernel's.
    ///
    /// What an action is to remove may already be gone with something else: that is its end state, and no error.
    func apply(_ action: Action) throws(NetlinkError) {
        switch action {
        case .createLink(let name, let kind, let mac): try create(name, kind, mac)
        case .deleteLink(let name):
            try request("delete the link", name, unless: [.operationNotSupportedByDevice]) { LinkRequests.delete($0) }
        case .setUp(let name): try request("set up", name) { LinkRequests.set($0, up: true) }
        case .setDown(let name): try request("set down", name) { LinkRequests.set($0, up: false) }
        case .setMaster(let name, let master):
            let index = try master.map { master throws(NetlinkError) in try self.index(of: master) } ?? 0
            try request(master.map { "set master \($0)" } ?? "unset the master", name) {
                LinkRequests.set($0, master: index)
            }
        case .setMAC(let name, let mac): try request("set address \(mac)", name) { LinkRequests.set($0, mac: mac) }
        case .setMTU(let name, let mtu): try request("set MTU \(mtu)", name) { LinkRequests.set($0, mtu: mtu) }
        case .setBridgeAttributes(let name, let attributes):
            try request("set bridge options", name) { LinkRequests.set($0, attributes) }
        case .setBondMode(let name, let mode):
            try request("set mode \(mode)", name) { LinkRequests.set($0, bondMode: mode) }
        case .setBondAttributes(let name, let attributes):
            let primary = try attributes.primary.map { name throws(NetlinkError) in try self.index(of: name) }
            try request("set bond options", name) { LinkRequests.set($0, attributes, primary: primary) }
        default: try applyToAddresses(action)
        }
    }

    private func applyToAddresses(_ action: Action) throws(NetlinkError) {
        switch action {
        case .addAddress(let name, let address):
            try request("add address \(address.prefix)", name, unless: [.fileExists]) {
                AddressRequests.add(address, to: $0)
            }
        case .removeAddress(let name, let address):
            try request(
                "remove address \(address.prefix)", name,
                unless: [.addressNotAvailable, .operationNotSupportedByDevice]
            ) { AddressRequests.remove(address, from: $0) }
        case .addRoute(let name, let route):
            try request("add route \(route.text)", name, unless: [.fileExists]) { RouteRequests.add(route, on: $0) }
        case .removeRoute(let name, let route):
            try request(
                "remove route \(route.text)", name, unless: [.noSuchProcess, .operationNotSupportedByDevice]
            ) { RouteRequests.remove(route, from: $0) }
        default: throw NetlinkError("do '\(action)' through netlink", .notSupported)
        }
    }

    private func create(_ name: DeviceName, _ kind: LinkKind, _ mac: MACAddress?) throws(NetlinkError) {
        var parent: Int32 = 0
        if case .vlan(let vlan) = kind { parent = try index(of: vlan.parent) }
        do throws(Errno) {
            try socket.request(LinkRequests.create(name, kind, mac: mac, parent: parent))
        } catch {
            throw NetlinkError("create the link", on: name, error)
        }
    }

    /// Sends a request about a device; errors in `unless` say that its end state was there before.
    private func request(
        _ operation: String, _ name: DeviceName, unless reached: [Errno] = [], _ message: (Int32) -> NetlinkMessage
    ) throws(NetlinkError) {
        let index: Int32
        do throws(NetlinkError) {
            index = try self.index(of: name)
        } catch {
            if reached.contains(error.errno) { return }
            throw NetlinkError(operation, on: name, error.errno)
        }
        do throws(Errno) {
            try socket.request(message(index))
        } catch {
            guard !reached.contains(error) else { return }
            throw NetlinkError(operation, on: name, error)
        }
    }
}
