package import NetConfigCore
internal import SystemPackage

extension RouteNetlink {
    /// Has the kernel broadcast an ARP announcement of an IPv4 address of a device.
    ///
    /// Equivalent to: `arping -U -c 1 -I NAME ADDRESS`
    package func announce(_ address: IPAddress, on device: DeviceName) throws(NetlinkError) {
        let index = try index(of: device)
        try send(.useNeighbour(address, on: device, index: index))
        // The request is out; the entry would only be found to lead nowhere.
        try? send(.removeNeighbour(address, from: device, index: index))
    }

    /// Waits until a device has a carrier: a bridge until one of its ports forwards. What is sent before is lost. A device
    /// that has none by the limit is no error.
    ///
    /// - Throws: `NetlinkError`, `Interruption`.
    package func waitForCarrier(
        of device: DeviceName, atMost limit: Duration, interrupted: () -> Interruption?
    ) throws {
        let deadline = ContinuousClock.now + limit
        while try !record(of: device).isRunning, .now < deadline {
            if let interruption = interrupted() { throw interruption }
            pause(.milliseconds(10))
        }
    }
}
