/// A neighbour whose address a Linux bridge's table holds behind a port (`bridge fdb … static sticky`). Another entry moves as
/// soon as the neighbour answers from elsewhere.
public struct HeldNeighbour: Hashable, Sendable, Codable {
    /// Its address.
    public var address: IPAddress
    /// Its MAC address.
    public var mac: MACAddress
    /// The port to which all frames for it go.
    public var port: DeviceName

    /// Creates one from its parts.
    package init(address: IPAddress, mac: MACAddress, port: DeviceName) {
        self.address = address
        self.mac = mac
        self.port = port
    }
}
