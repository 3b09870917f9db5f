/// A neighbour whose address a Linux bridge's table holds behind a port (`bridge fdb … static sticky`). Another entry moves as
/// soon as the neighbour answers from elsewhere.
package struct HeldNeighbour: Hashable, Sendable, Codable {
    /// Its address.
    package var address: IPAddress
    /// Its MAC address.
    package var mac: MACAddress
    /// The port to which all frames for it go.
    package var port: DeviceName

    /// Creates one from its parts.
    package init(address: IPAddress, mac: MACAddress, port: DeviceName) {
        self.address = address
        self.mac = mac
        self.port = port
    }
}
