internal import NetConfigSystem
internal import NetConfigCore

/// Whether a cable is plugged in.
extension Host {
    /// The device for want of whose carrier another one hears nothing: itself, or the first card below it where all of them are
    /// without; `nil` where there is a carrier, or the kernel does not tell.
    func linkWithoutCarrier(below device: DeviceName) -> DeviceName? {
        guard let links = try? kernel.links() else { return nil }
        return linkWithoutCarrier(below: device, links, try? vswitch?.readState(), depth: 0)
    }

    private func linkWithoutCarrier(
        below device: DeviceName, _ links: [DeviceName: Link], _ rows: VswitchState?, depth: Int
    ) -> DeviceName? {
        let lower = depth < RecordLimit.depth ? lowerDevices(of: device, links, rows) : []
        guard !lower.isEmpty else { return (try? kernel.record(of: device))?.isRunning == false ? device : nil }
        var first: DeviceName?
        for port in lower {
            guard let name = linkWithoutCarrier(below: port, links, rows, depth: depth + 1) else { return nil }
            first = first ?? name
        }
        return first
    }

    /// What carries a device's frames: the ports of a bridge or bond, what a VLAN link is on, the uplinks of Open vSwitch.
    private func lowerDevices(
        of device: DeviceName, _ links: [DeviceName: Link], _ rows: VswitchState?
    ) -> [DeviceName] {
        if let rows, let bridge = rows.bridge(ofPort: device.text), rows.isInternal(device.text) {
            return rows.externalInterfaces(of: rows.bridges[bridge]).sorted().compactMap { DeviceName($0) }
        }
        if case .vlan(let vlan) = links[device]?.kind { return [vlan.parent] }
        return links.filter { $0.value.master == device }.keys.sorted()
    }

    /// Says which of the PIFs that went up hear no router, for want of a carrier.
    ///
    /// - Returns: A sentence for each.
    func unheardAutoconfiguration(of requests: [Request], in model: NetworkModel) throws -> [String] {
        let pifs = requests.filter { $0.verb == .up }.compactMap { model.pifs[$0.pif] }
        return try pifs.filter { $0.ipv6.mode == .autoconf }.compactMap { pif in
            guard let device = model.ipDevice(of: pif), try kernel.existingRecord(of: device) != nil else { return nil }
            try kernel.waitForCarrier(of: device, atMost: .seconds(2), interrupted: interrupted)
            return linkWithoutCarrier(below: device).map { link in
                "\(device): the link of \(link) has no carrier; "
                    + "IPv6 addresses come with the first router advertisement after that has changed"
            }
        }
    }
}
