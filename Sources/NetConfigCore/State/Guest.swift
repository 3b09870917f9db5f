/// A virtual machine with cards on a bridge.
package struct Guest: Hashable, Sendable {
    /// Xen's number of its domain, which is another one after each start.
    package var domain: Int
    /// The back ends of its cards on the bridge: `vif7.0`, and while it has no drivers of Xen's also `tap7.0`.
    package var devices: [DeviceName]
    /// The name that XAPI has for it; `nil` where that is not known. An administrator of virtual machines chose it: it can be any text.
    package var name: String?

    /// The virtual machines that some devices belong to, by domain.
    package static func all(among devices: some Sequence<DeviceName>) -> [Guest] {
        Dictionary(grouping: devices.filter { $0.guestDomain != nil }) { $0.guestDomain ?? 0 }
            .sorted { $0.key < $1.key }.map { Guest(domain: $0.key, devices: $0.value.sorted()) }
    }
}

extension Guest: CustomStringConvertible {
    /// The virtual machine in one line. Its name comes last, so that no name can look like more than one.
    package var description: String {
        let devices = devices.map(\.text).joined(separator: ", ")
        return "domain \(domain) (\(devices)), \(name.map(\.printable) ?? "name unknown")"
    }
}

extension [Guest] {
    /// The same with the names of those whose domain is among these.
    package func named(_ names: [Int: String]) -> [Guest] {
        map { guest in
            var guest = guest
            guest.name = names[guest.domain] ?? guest.name
            return guest
        }
    }
}

extension DeviceName {
    /// The domain of the virtual machine whose card it is the back end of; `nil` for other devices, and for the host's own
    /// domain, which is 0.
    var guestDomain: Int? {
        guard isGuests, let domain = Int(text.dropping(3).pieces(between: ".")[0]), domain > 0 else { return nil }
        return domain
    }
}
