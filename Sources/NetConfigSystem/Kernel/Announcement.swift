package import NetConfigCore
package import SystemPackage

/// Tells switches and neighbours where an address now is.
package enum Announcement {
    /// Sends gratuitous ARP for IPv4 addresses and unsolicited neighbour advertisements for IPv6 ones, from the
    /// device's own MAC address, once each.
    ///
    /// Equivalent to: `arping -U -c 1 -I NAME ADDRESS`, `arping -A -c 1 -I NAME ADDRESS`, `ndisc6`'s `na6`
    /// - Throws: `ENODEV` where there is no such device, `ENETDOWN` where it is down, `EAFNOSUPPORT` where it is not
    ///   Ethernet.
    package static func send(_ addresses: [IPAddress], on device: DeviceName) throws(DeviceError) {
        do throws(Errno) {
            var socket = try PacketSocket(on: device)
            for address in addresses {
                for frame in NeighbourFrames.announcements(of: address, at: socket.mac) { try socket.send(frame) }
            }
        } catch {
            let operation = "announce \(addresses.map(\.description).joined(separator: ", ")) on \(device)"
            throw DeviceError(operation: operation, device: device, code: error)
        }
    }

    /// Asks all hosts on a link for the multicast groups that they listen to (IGMPv3, RFC 3376). The question comes from
    /// 0.0.0.0, so that no host takes this one for a multicast router (RFC 4541, section 2.1.1).
    ///
    /// - Throws: as ``send(_:on:)``.
    package static func queryMulticast(on device: DeviceName) throws(DeviceError) {
        do throws(Errno) {
            var socket = try PacketSocket(on: device)
            try socket.send(NeighbourFrames.multicastQuery(at: socket.mac))
        } catch {
            throw DeviceError(operation: "ask for multicast groups on \(device)", device: device, code: error)
        }
    }

    /// Asks the routers of a device's link to announce themselves, from its link-local address; does nothing where it has
    /// none that it may use: the kernel itself asks when there is one.
    ///
    /// Equivalent to: `rdisc6 -1 NAME`
    package static func solicitRouters(on device: DeviceName) throws(Errno) {
        guard let own = LinkLocalAddress.usable(on: device) else { return }
        var socket = try PacketSocket(on: device)
        try socket.send(NeighbourFrames.routerSolicitation(from: own, at: socket.mac))
    }
}
