internal import Glibc

extension Host {
    /// Looks at the host: all links and all rows of Open vSwitch, and what else the scope names.
    public func observe(_ scope: ObservationScope) throws -> ObservedState {
        var links = try kernel.links()
        let devices = scope.devices.filter { links[$0] != nil }
        for device in devices {
            // A device without these settings says so with an error.
            let offloads = try? ethtool.offloads(of: device)
            links[device]?.offloads = offloads?.states ?? [:]
            links[device]?.fixedOffloads = offloads?.fixed ?? []
            links[device]?.settings = (try? ethtool.settings(of: device)) ?? nil
            // rtnetlink tells a card's own address since Linux 5.6.
            if links[device]?.permanentMAC == nil, case .other(nil) = links[device]?.kind {
                links[device]?.permanentMAC = (try? ethtool.permanentMAC(of: device)) ?? nil
            }
        }
        var clients = dhclient.clients(of: devices.sorted())
        for (index, client) in clients.enumerated() where client.progress == .bound {
            let addresses = links[client.device]?.addresses ?? []
            let isBound = addresses.contains { $0.prefix.address.family == client.family }
            clients[index].progress = isBound ? .bound : .waiting
        }
        return ObservedState(
            links: links,
            vswitch: try vswitch?.readState(),
            dhcpClients: clients,
            files: try files.read(scope.files),
            folders: files.folders(among: scope.folders),
            programs: files.programs(among: scope.programs),
            kernel: Self.kernelVersion)
    }

    /// The numbers at the beginning of `uname -r`: 6.1.0-13-amd64 is `[6, 1, 0]`.
    private static var kernelVersion: [Int] {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return [] }
        let release = unsafe withUnsafeBytes(of: &name.release) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return release.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    }
}
