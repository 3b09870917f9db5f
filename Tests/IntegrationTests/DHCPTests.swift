import Foundation
import SystemPackage
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// A real `dhclient` against a real `dnsmasq`, each in a network namespace of its own.
@Suite("DHCP", .serialized, .enabled("network namespaces need root") { geteuid() == 0 })
struct DHCPTests {
    @Test
    func `a lease gives the device its address, and the client is found again as it was started`() throws {
        try DHCPBed.run { bed in
            try bed.startServer()
            let client = bed.client(requesting: "subnet-mask, routers")
            try bed.start(client, patience: 20)
            #expect(bed.addresses(.v4).contains { $0.hasPrefix("192.0.2.1") })
            var leased = client
            leased.routers = [try #require(IPAddress("192.0.2.1"))]
            #expect(bed.dhclient.clients(of: [bed.device]) == [leased])
            #expect(bed.processes.count == 1)
            let pid = try #require(try bed.files.read(["/var/run/dhclient-vb.pid"])["/var/run/dhclient-vb.pid"])
            #expect(pid.text == "\(bed.processes[0])\n")
            let routes = try bed.output("ip", "route", "show", "default")
            #expect(routes.contains("via 192.0.2.1"))
            // Neither was asked for.
            #expect(try bed.output("cat", "/etc/resolv.conf") == "nameserver 203.0.113.1\n")

            try bed.dhclient.stop(client)
            #expect(bed.addresses(.v4).isEmpty)
            #expect(bed.processes.isEmpty)
            #expect(bed.dhclient.clients(of: [bed.device]).isEmpty)
            let log = try bed.serverLog()
            #expect(log.contains("DHCPRELEASE"))
            #expect(
                try bed.files.read(["/var/run/dhclient-vb.pid", "/var/lib/xcp/dhclient-vb.conf"]).isEmpty)
        }
    }

    @Test
    func `name servers that were asked for are the client's script's to write`() throws {
        try DHCPBed.run { bed in
            try bed.startServer()
            let client = bed.client(requesting: "subnet-mask, domain-name-servers, domain-name")
            try bed.start(client, patience: 20)
            let text = try bed.output("cat", "/etc/resolv.conf")
            #expect(text.contains("nameserver 192.0.2.53"))
            try bed.dhclient.stop(client)
        }
    }

    @Test
    func `without a server the client stays and keeps trying, and has its lease once there is a server`() throws {
        try DHCPBed.run { bed in
            let client = bed.client(requesting: "subnet-mask", timeout: 2)
            #expect(throws: DHCPClientError.noLease(device: bed.device, family: .v4, seconds: 3)) {
                try bed.start(client, patience: 3)
            }
            #expect(bed.dhclient.clients(of: [bed.device]) == [client])
            try bed.startServer()
            #expect(bed.waits(seconds: 20) { !bed.addresses(.v4).isEmpty })
            try bed.dhclient.stop(client)
            #expect(bed.processes.isEmpty)
        }
    }

    @Test
    func `a client that has no pid file yet is found, and stopped`() throws {
        try DHCPBed.run { bed in
            let client = bed.client(requesting: "subnet-mask", timeout: 60)
            // Patience ends before dhclient's own: it still is in the foreground, and has not written its pid file.
            #expect(throws: DHCPClientError.noLease(device: bed.device, family: .v4, seconds: 1)) {
                try bed.start(client, patience: 1)
            }
            #expect(try bed.files.read(["/var/run/dhclient-vb.pid"]).isEmpty)
            #expect(bed.dhclient.clients(of: [bed.device]) == [client])
            try bed.dhclient.stop(client)
            #expect(bed.processes.isEmpty)
        }
    }

    @Test
    func `a signal during the wait leaves nothing behind`() throws {
        try DHCPBed.run { bed in
            let client = bed.client(requesting: "subnet-mask", timeout: 60)
            let start = ContinuousClock.now
            #expect(throws: Interruption(signal: .terminate)) {
                try bed.dhclient.start(
                    client, patience: 60,
                    interrupted: { .now - start > .milliseconds(500) ? Interruption(signal: .terminate) : nil },
                    hasAddress: { _, _ in false })
            }
            #expect(.now - start < .seconds(10))
            #expect(bed.processes.isEmpty)
            let left = try bed.files.read(["/var/lib/xcp/dhclient-vb.conf"])
            #expect(left.isEmpty)
        }
    }

    @Test
    func `a device that does not exist is an error, and nothing is left running`() throws {
        try DHCPBed.run { bed in
            var client = bed.client(requesting: "subnet-mask")
            client.device = try #require(DeviceName("nosuchdev0"))
            #expect(throws: (any Error).self) { try bed.start(client, patience: 5) }
            #expect(bed.processes.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `DHCPv6 starts without a cable, and leases an address when it is plugged in`(isBridge: Bool) throws {
        try DHCPBed.run { bed in
            try bed.output("ip", "-n", "server", "link", "set", "va", "down")
            var client = DHCPClient(device: bed.device, family: .v6, configuration: "timeout 10;\n", environment: [])
            if isBridge {
                client.device = try #require(DeviceName("br0"))
                try bed.output("ip", "link", "add", "name", "br0", "type", "bridge", "forward_delay", "0")
                try bed.output("ip", "link", "set", "vb", "master", "br0")
                try bed.output("ip", "link", "set", "br0", "up")
            }
            let host = try Host(paths: HostPaths(rootPrefix: bed.directory + "/root"), datapath: .bridge)
            let error = #expect(throws: StillTrying.self) { try host.apply(.startDHCP(client, patience: 2)) }
            #expect(error?.description.contains("because the link of vb has no carrier") == true, "\(error as Any)")
            // One in the foreground, too, until there is a lease.
            let processes = bed.processes
            try bed.output("ip", "-n", "server", "link", "set", "va", "up")
            try bed.output("ip", "-n", "server", "address", "add", "2001:db8::1/64", "dev", "va", "nodad")
            try bed.startServer()
            #expect(
                bed.waits(seconds: 60) {
                    bed.addresses(.v6, of: client.device.text).contains { $0.hasPrefix("2001:db8:") }
                })
            #expect(!bed.processes.isEmpty && Set(bed.processes).isSubset(of: processes), "the same client")
            try host.apply(.stopDHCP(client))
            #expect(bed.processes.isEmpty)
        }
    }

    @Test
    func `clients of others are found, ended by themselves, and started again as they were`() throws {
        try DHCPBed.run { bed in
            try bed.startServer()
            let ours = bed.client(requesting: "subnet-mask")
            try bed.start(ours, patience: 20)
            let files = ["-pf", "/run/dhclient.vb.pid", "-lf", "/run/dhclient.vb.leases"]
            try bed.output("dhclient", ["-4"] + files + ["vb"])
            let clients = bed.dhclient.clients(of: [bed.device])
            #expect(clients.count == 2 && clients.contains(ours))
            let theirs = try #require(clients.first { $0.command != nil })
            #expect(theirs.command?.arguments == ["-4"] + files + ["vb"])
            try bed.dhclient.stop(theirs)
            #expect(bed.dhclient.clients(of: [bed.device]) == [ours])
            try bed.start(theirs, patience: 20)
            #expect(bed.waits(seconds: 5) { bed.processes.count == 2 })
            try bed.dhclient.stop(ours)
            #expect(bed.dhclient.clients(of: [bed.device]).map(\.command?.arguments) == [theirs.command?.arguments])
            try bed.dhclient.stop(theirs)
            #expect(bed.processes.isEmpty)
        }
    }

    @Test
    func `DHCPv6 starts when the link-local address may be used, and leases an address`() throws {
        try DHCPBed.run { bed in
            try bed.startServer()
            let client = DHCPClient(device: bed.device, family: .v6, configuration: "timeout 10;\n", environment: [])
            try bed.start(client, patience: 20)
            #expect(bed.addresses(.v6).contains { $0.hasPrefix("2001:db8:") })
            #expect(bed.dhclient.clients(of: [bed.device]) == [client])
            try bed.dhclient.stop(client)
            #expect(!bed.addresses(.v6).contains { $0.hasPrefix("2001:db8:") })
            #expect(bed.processes.isEmpty)
        }
    }
}
