internal import NetConfigCore
internal import NetConfigSystem
internal import SystemPackage

/// Checks that the gateways of a change answer: each is asked once a second by ARP or neighbour solicitation.
struct GatewayCheck: Equatable, Codable {
    /// The gateway did not answer in time, or the address to be reached at is another host's.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The device whose network they are on.
    var device: DeviceName
    /// The gateways of the record, each of which must answer. Without any it is those that a lease or a router brings, of
    /// which one must.
    var gateways: [IPAddress]
    /// The IPv6 addresses of the record, where these are the primary ones: no other host on the link may have them, or the host
    /// is not reached although its gateway is.
    var addresses: [IPAddress] = []
    /// How long they are asked, in seconds.
    var seconds: Int

    /// The check of a PIF's gateways; `nil` where its record has none and neither DHCP nor a router can bring one.
    init?(of pif: PIF, on device: DeviceName, seconds: Int) {
        gateways = IPAddress.Family.allCases.compactMap { pif.defaultRoute($0)?.gateway }
        let isDynamic = IPAddress.Family.allCases.contains(where: pif.isDynamic)
        guard !gateways.isEmpty || isDynamic else { return nil }
        if pif.primaryFamily == .v6 { addresses = pif.fixedAddresses(.v6).map(\.address) }
        self.device = device
        self.seconds = seconds
    }

    /// The check of the gateways that a state has a default route to; `nil` where it has none and no DHCP client can bring one.
    init?(in state: ObservedState, seconds: Int) {
        let routed = state.links.filter { link in link.value.routes.contains { $0.isDefault && $0.gateway != nil } }
        guard let name = routed.keys.min() ?? state.dhcpClients.map(\.device).min() else { return nil }
        let isLeased = state.dhcpClients.contains { $0.device == name }
        let routes = (routed[name]?.routes ?? []).filter { $0.isDefault && (!isLeased || $0.origin == .static) }
        gateways = routes.compactMap(\.gateway).filter { !$0.isLinkLocal }
        device = name
        self.seconds = seconds
    }

    /// Leaves the IPv6 gateways out where the device will not have IPv6.
    mutating func leaveOutIPv6(unlessIn end: ObservedState) {
        let hasIPv6 = end.ipv6?.isDisabled != true && end.links[device]?.ipv6?.isDisabled == false
        guard !hasIPv6 else { return }
        gateways.removeAll { $0.family == .v6 }
        addresses = []
    }

    /// Asks until the gateways have answered.
    ///
    /// - Parameters:
    ///   - kernel: Knows addresses and routes.
    ///   - interrupted: Asked about once a second; an answer ends the wait.
    /// - Returns: Those that answered.
    /// - Throws: ``Failure``, `Interruption`.
    func run(_ kernel: borrowing RouteNetlink, interrupted: () -> Interruption?) throws -> [IPAddress] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var answered: [IPAddress] = []
        var silent = gateways
        while true {
            if gateways.isEmpty { silent = (try? kernel.defaultGateways(over: device)) ?? [] }
            for gateway in silent {
                let patience = Duration.seconds(1) / silent.count
                if answers(gateway, kernel, until: min(deadline, .now + patience)) { answered.append(gateway) }
            }
            silent.removeAll(where: answered.contains)
            let hasAnswers = !answered.isEmpty && (gateways.isEmpty || silent.isEmpty)
            if hasAnswers, try !isSearching() { return answered }
            if let interruption = interrupted() { throw interruption }
            guard .now < deadline else {
                if hasAnswers { return answered }
                throw failure(silent)
            }
            if silent.isEmpty { pause(.milliseconds(100)) }
        }
    }

    /// Whether the kernel still asks whether another host has the primary addresses.
    private func isSearching() throws(Failure) -> Bool {
        var isGoing = false
        for address in addresses {
            switch LinkLocalAddress.search(for: address, on: device) {
            case .over: break
            case .going: isGoing = true
            case .foundAnother:
                throw Failure(
                    description: "another host on the link of \(device) has \(address); "
                        + "give one of the two another address")
            }
        }
        return isGoing
    }

    private func failure(_ silent: [IPAddress]) -> Failure {
        guard !silent.isEmpty else {
            return Failure(description: "no DHCP server or router named a gateway on \(device) within \(seconds) s")
        }
        let names = silent.map(\.description).joined(separator: ", ")
        return Failure(description: "no answer from gateway \(names) on \(device) within \(seconds) s")
    }

    /// Asks once. Whatever keeps the question from being asked may be over in a second, such as a missing carrier.
    private func answers(
        _ gateway: IPAddress, _ kernel: borrowing RouteNetlink, until deadline: ContinuousClock.Instant
    ) -> Bool {
        do {
            guard let source = try source(of: gateway.family, for: gateway, kernel) else { throw Errno.noSuchDevice }
            var socket = try PacketSocket(on: device, receiving: NeighbourFrames.etherType(gateway.family))
            try socket.send(NeighbourFrames.question(about: gateway, from: source, at: socket.mac))
            while .now < deadline, let frame = try socket.receive(until: deadline) {
                if NeighbourFrames.isAnswer(frame, about: gateway, to: socket.mac) { return true }
            }
        } catch {
            pause(max(.zero, deadline - .now))
        }
        return false
    }

    /// The address to ask from: for IPv6 the link-local one, which needs no network in common, once it may be used.
    private func source(
        of family: IPAddress.Family, for gateway: IPAddress, _ kernel: borrowing RouteNetlink
    ) throws -> IPAddress? {
        if family == .v6, let own = LinkLocalAddress.usable(on: device) { return own }
        let own = try kernel.addresses(of: device).map(\.prefix).filter { $0.address.family == family }
        return (own.first { $0.contains(gateway) } ?? own.first)?.address
    }
}

extension RouteNetlink {
    /// The gateways of the default routes over a device, those that a router advertised included.
    func defaultGateways(over device: DeviceName) throws(NetlinkError) -> [IPAddress] {
        guard let index = try existingIndex(of: device) else { return [] }
        return try routes().filter { $0.index == index && $0.route.isDefault }.compactMap(\.route.gateway)
    }
}
