public import NetConfigCore
public import SystemPackage

/// Something about a device that the system refused, by other ways than rtnetlink and ethtool.
public struct DeviceError: Error, Hashable, Sendable {
    /// What was attempted on what, after "cannot": `announce 192.0.2.1 on xenbr0`.
    public var operation: String
    /// The device that it was about.
    public var device: DeviceName
    /// The system's error number.
    public var code: Errno

    /// Creates an error.
    public init(operation: String, device: DeviceName, code: Errno) {
        self.operation = operation
        self.device = device
        self.code = code
    }
}

extension DeviceError: CustomStringConvertible {
    /// One sentence without its full stop: `cannot announce 192.0.2.1 on xenbr0: no such device`.
    public var description: String { "cannot \(operation): \(code.phrase)" }
}
