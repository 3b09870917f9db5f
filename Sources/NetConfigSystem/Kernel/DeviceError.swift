package import NetConfigCore
package import SystemPackage

/// Something about a device that the system refused, by other ways than rtnetlink and ethtool.
package struct DeviceError: Error, Hashable, Sendable {
    /// What was attempted on what, after "cannot": `announce 192.0.2.1 on xenbr0`.
    package var operation: String
    /// The device that it was about.
    package var device: DeviceName
    /// The system's error number.
    package var code: Errno

    /// Creates an error.
    package init(operation: String, device: DeviceName, code: Errno) {
        self.operation = operation
        self.device = device
        self.code = code
    }
}

extension DeviceError: CustomStringConvertible {
    /// One sentence without its full stop: `cannot announce 192.0.2.1 on xenbr0: no such device`.
    package var description: String { "cannot \(operation): \(code.phrase)" }
}
