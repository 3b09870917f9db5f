extension Route {
    /// The route as this program's own words have it, without the device.
    package var text: String {
        var text = isDefault ? "default" : destination.description
        if let gateway { text += " via \(gateway)" }
        if let fork { text += " over \(fork.text)" }
        if isOnLink { text += " onlink" }
        if let source { text += " src \(source)" }
        if origin != .static { text += " proto \(origin.rawValue)" }
        if metric != Self.standardMetric(destination.address.family) { text += " metric \(metric)" }
        return text
    }

    /// The same with the device; a route over several has them in it.
    func text(on device: DeviceName) -> String { forkDevices.isEmpty ? "\(text) on \(device)" : text }

    /// The words of `ip route` for the route over a device.
    func words(over device: DeviceName) -> String {
        var words = [isDefault ? "default" : "\(destination)"]
        if let gateway { words.append("via \(gateway)") }
        if fork == nil { words.append("dev \(device)") }
        let forked = fork?.words(over: device, \.text) ?? []
        let hasLegs = if case .legs = fork { true } else { false }
        if !hasLegs { words += forked }
        words += origin.words
        if gateway == nil, fork == nil, destination.address.family == .v4, details?.scope == nil {
            words.append("scope link")
        }
        if let source { words.append("src \(source)") }
        if metric != 0 { words.append("metric \(metric)") }
        if hasLegs { words += forked }
        if isOnLink { words.append("onlink") }
        return words.joined(separator: " ")
    }
}

extension Route.Origin {
    /// The words of `ip route` for it; none for what it does not mention.
    package var words: [String] { self == .boot ? [] : ["proto \(Self.names[rawValue] ?? "\(rawValue)")"] }

    /// The names of `/etc/iproute2/rt_protos`.
    private static let names: [UInt8: String] = [
        1: "redirect", 2: "kernel", 4: "static", 8: "gated", 9: "ra", 10: "mrt", 11: "zebra", 12: "bird",
        13: "dnrouted",
        14: "xorp", 15: "ntk", 16: "dhcp", 18: "keepalived", 42: "babel", 186: "bgp", 187: "isis", 188: "ospf",
        189: "rip",
        192: "eigrp",
    ]
}
