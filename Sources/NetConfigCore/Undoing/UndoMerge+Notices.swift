/// What others have changed since, and is kept.
extension UndoMerge {
    /// Names the settings of the runs' devices that others have changed.
    mutating func tellChanges() {
        for (name, left) in lefts.sorted(by: { $0.key < $1.key }) where missing[name] == nil {
            guard let there = now.links[name], let link = wanted.links[name] else { continue }
            let (old, number) = (left.link, left.run.number)
            func tell(_ what: String, _ value: String) {
                notices.append("\(what) of \(name) was changed to \(value) since run \(number): kept")
            }
            if let mtu = there.mtu, old.mtu.map({ $0 != mtu }) == true, link.mtu == mtu, !isBack(name, \.mtu) {
                tell("MTU", "\(mtu)")
            }
            if let mac = there.mac, old.mac.map({ $0 != mac }) == true, link.mac == mac, !isBack(name, \.mac) {
                tell("MAC address", "\(mac)")
            }
            if there.kind != old.kind, link.kind == there.kind, there.kind.canBecome(old.kind), !isBack(name, \.kind) {
                if case .other = there.kind {
                } else {
                    notices.append("options of \(name) were changed since run \(number): kept")
                }
            }
            if there.isUp != old.isUp, link.isUp == there.isUp, !isBack(name, \.isUp) {
                notices.append("\(name) was taken \(there.isUp ? "up" : "down") since run \(number): kept")
            }
            if there.master != old.master, link.master == there.master, !isBack(name, \.master) {
                let place =
                    there.master.map { "moved to \($0)" } ?? "taken out of \(old.master.map(\.text) ?? "its bridge")"
                notices.append("\(name) was \(place) since run \(number): kept")
            }
            if let settings = there.settings, old.settings.map({ $0 != settings }) == true, link.settings == settings {
                if !isBack(name, \.settings) { tell("link settings", settings.text) }
            }
            tellAddresses(name, old, there, link, number)
        }
    }

    private mutating func tellAddresses(
        _ name: DeviceName, _ old: Link, _ there: Link, _ link: Link, _ number: Int
    ) {
        let isLeased = (now.dhcpClients + wanted.dhcpClients).contains { $0.device == name }
        for address in there.addresses
        where !address.isDynamic && !isLeased && !old.has(address) && link.has(address) && !hadBefore(name, address) {
            notices.append("\(address.prefix) was added to \(name) since run \(number): kept")
        }
        for address in old.addresses where !address.isDynamic && !there.has(address) && !link.has(address) {
            if hadBefore(name, address) {
                notices.append("\(address.prefix) was removed from \(name) since run \(number), and is not added again")
            }
        }
        for route in there.routes where !isLeased && !old.routes.contains(route) && link.routes.contains(route) {
            if oldest(name)?.routes.contains(route) != true {
                notices.append("the route \(route.words(over: name)) was added since run \(number): kept")
            }
        }
    }

    /// A device before the oldest run that changed it.
    private func oldest(_ name: DeviceName) -> Link? {
        runs.flatMap(\.changes).compactMap { $0.before.links[name] }.first
    }

    private func hadBefore(_ name: DeviceName, _ address: LinkAddress) -> Bool {
        oldest(name)?.has(address) == true
    }

    /// Whether a setting is already as it was before the runs.
    private func isBack<Value: Equatable>(_ name: DeviceName, _ key: KeyPath<Link, Value>) -> Bool {
        oldest(name)?[keyPath: key] == wanted.links[name]?[keyPath: key]
    }
}
