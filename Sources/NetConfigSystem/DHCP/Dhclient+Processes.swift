package import NetConfigCore
internal import Glibc
internal import SystemPackage

/// The processes behind the clients.
extension Dhclient {
    /// The clients of these devices: those that run, of this program or another, and those of which
    /// only a configuration of ours is left.
    package func clients(of devices: some Sequence<DeviceName>) -> [DHCPClient] {
        clients(of: devices, among: DhclientProcess.all())
    }

    /// The same, among processes that have been found.
    package func clients(of devices: some Sequence<DeviceName>, among all: [DhclientProcess]) -> [DHCPClient] {
        let present = Set(
            ((try? root.resolve(leaseDirectory)).map { directoryEntries($0.string) } ?? []).map {
                "\(leaseDirectory)/\($0)"
            })
        var clients: [DHCPClient] = []
        for device in devices {
            for family in IPAddress.Family.allCases {
                let running = all.filter { $0.configures(device, family) }.map { client(of: $0, device, family) }
                // What a run that was killed left twice is ended as one.
                for client in running where !clients.contains(client) { clients.append(client) }
                let path = paths(device, family).configuration
                if running.isEmpty, present.contains(path), let left = (try? files.read([path]))?[path] {
                    var client = DHCPClient(device: device, family: family, configuration: left.text, environment: [])
                    client.progress = .gone
                    clients.append(client)
                }
            }
        }
        return clients
    }

    /// What a process does, and how it was started where that was not by us.
    private func client(
        of process: DhclientProcess, _ device: DeviceName, _ family: IPAddress.Family
    ) -> DHCPClient {
        var client = process.client(device, family)
        if process.process.arguments.dropFirst() != (try? arguments(client))?[...] {
            client.command = process.process.command
        } else if family == .v4 {
            let leases = paths(device, family).leases
            client.routers = DHCPLease.routers(in: (try? files.read([leases]))?[leases]?.text ?? "", of: device)
        }
        return client
    }

    /// The processes of a client: those with the arguments that it was started with.
    func running(_ client: DHCPClient) throws(DHCPClientError) -> [DhclientProcess] {
        guard !directoryEntries("/proc").isEmpty else { throw .hidden(device: client.device) }
        return DhclientProcess.all().filter { process in
            guard process.configures(client.device, client.family) else { return false }
            let found = self.client(of: process, client.device, client.family)
            return found.command?.arguments == client.command?.arguments
        }
    }

    /// Ends a client, and removes the pid file of ours.
    ///
    /// - Returns: The commands of those that ran.
    /// - Throws: `DHCPClientError.hidden`; `DHCPClientError.immortal` where one does not end; those that did are then
    ///   started again.
    @discardableResult
    func end(
        _ client: DHCPClient, isExpected: Bool = false
    ) throws -> [ChildProcess] {
        var processes = try running(client)
        // It may have ended by itself since it was seen. That it could not be read this once must not pass for that.
        if processes.isEmpty, isExpected { processes = try running(client) }
        let commands = processes.map { $0.process.command.map { ChildProcess(standardProgram, $0) } }
        for signal in [SIGTERM, SIGKILL] {
            for process in processes { process.process.send(signal) }
            let deadline = ContinuousClock.now + .seconds(2)
            while processes.contains(where: \.process.isRunning), .now < deadline { pause(.milliseconds(5)) }
        }
        if let survivor = processes.first(where: \.process.isRunning) {
            for (process, command) in zip(processes, commands) where !process.process.isRunning {
                _ = try? command?.start()
            }
            throw DHCPClientError.immortal(device: client.device, pid: survivor.process.pid)
        }
        // A pid file that stays does no harm: this program finds clients in /proc.
        if client.command == nil { try? files.replace(paths(client.device, client.family).pid, with: nil) }
        return commands.compactMap(\.self)
    }
}
