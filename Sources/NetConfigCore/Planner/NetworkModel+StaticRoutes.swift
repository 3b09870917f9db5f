extension NetworkModel {
    /// The static routes of a PIF: those in `static-routes` of its network's `other_config`, then those in its own.
    func staticRoutes(of pif: PIF, _ warnings: inout [Warning]) -> [Setting<Route>] {
        let network = network(of: pif)
        var routes: [Setting<Route>] = []
        var seen: Set<Route> = []
        var gateways: [IPPrefix: Route] = [:]
        for (record, text) in [
            (network?.name ?? pif.name, network?.otherConfig[.staticRoutes]),
            (pif.name, pif.otherConfig[.staticRoutes]),
        ] {
            let origin = Origin.record(record, field: OtherConfigKey.staticRoutes.field)
            for entry in (text ?? "").pieces(between: ",") {
                let trimmed = entry.trimmed
                guard let route = Route(staticRoute: trimmed) else {
                    let message =
                        "static route '\(String(trimmed).cut(at: 80))' ignored: expected network/length/gateway, without host bits"
                    warnings.append(Warning(record.title, message, origin: origin))
                    continue
                }
                guard seen.insert(route).inserted, seen.count <= RecordLimit.routes else { continue }
                if let first = gateways[route.destination] {
                    let message = "static route \(route.text) ignored: the records list \(first.text) before it"
                    warnings.append(Warning(pif.description, message, origin: origin))
                    continue
                }
                gateways[route.destination] = route
                routes.append(Setting(route, from: origin))
            }
        }
        if seen.count > RecordLimit.routes {
            let message = RecordLimit.message("static-routes", seen.count, of: "routes", allowed: RecordLimit.routes)
            warnings.append(
                Warning(
                    pif.description, "\(message); the first \(RecordLimit.routes) are used",
                    origin: .record(pif.name, field: OtherConfigKey.staticRoutes.field)))
        }
        return routes
    }

    /// The static routes of a PIF whose gateways can be reached from these addresses of its device.
    func usableStaticRoutes(
        of pif: PIF, on device: DeviceName, _ addresses: [IPPrefix], _ warnings: inout [Warning]
    ) -> [Setting<Route>] {
        staticRoutes(of: pif, &warnings).compactMap { setting in
            var setting = setting
            let route = setting.value
            let family = route.destination.address.family
            if addresses.contains(where: { $0.isNetwork(route.destination) }) {
                let message =
                    "static route \(route.text) ignored: the network is directly connected and needs no gateway"
                warnings.append(Warning(pif.description, message, origin: setting.origin).asRemark)
                return nil
            }
            guard let gateway = route.gateway, !pif.isDynamic(family) else { return setting }
            let own = addresses.filter { $0.address.family == family }
            switch NextHop(gateway, from: own) {
            case .near: return setting
            case .onLink where pif.fixedGateway(family) == gateway || !own.isEmpty && own.allSatisfy(\.isHost):
                setting.value = Route(route.destination, via: gateway, isOnLink: true)
                return setting
            case .onLink:
                let message =
                    "static route \(route.destination) ignored: its gateway is not on any network of \(device)"
                warnings.append(Warning(pif.description, message, origin: setting.origin))
            case .impossible(let flaw):
                let message =
                    "static route \(route.destination) ignored: its gateway \(gateway) cannot be used: \(flaw)"
                warnings.append(Warning(pif.description, message, origin: setting.origin))
            }
            return nil
        }
    }
}

extension IPPrefix {
    /// Whether `destination` is the network of this address, to which the kernel makes the route itself.
    fileprivate func isNetwork(_ destination: IPPrefix) -> Bool { !isHost && network == destination }

    /// Whether the address has a full-length prefix, and so no network around it.
    var isHost: Bool { length == address.family.width }
}

extension Route {
    /// Parses an entry of `static-routes`: `network/length/gateway`, both of one family, host bits clear.
    init?(staticRoute text: Substring) {
        let parts = text.pieces(between: "/", keepingEmpty: true)
        guard parts.count == 3, let prefix = IPPrefix("\(parts[0])/\(parts[1])"), prefix.network == prefix,
            let gateway = IPAddress(String(parts[2].trimmed)), gateway.family == prefix.address.family
        else { return nil }
        self.init(prefix, via: gateway)
    }
}
