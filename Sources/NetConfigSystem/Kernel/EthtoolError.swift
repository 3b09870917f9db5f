public import NetConfigCore
public import SystemPackage

/// An ethtool request that the kernel or a driver refused.
public struct EthtoolError: Error, Hashable, Sendable {
    /// What was attempted on what, after "cannot": `turn gro off on eth0`.
    public var operation: String
    /// The device that it was about; `nil` where it was about none.
    public var device: DeviceName?
    /// The kernel's error number: `EOPNOTSUPP` where the device has no such setting.
    public var code: Errno

    /// Creates an error.
    public init(operation: String, device: DeviceName? = nil, code: Errno) {
        self.operation = operation
        self.device = device
        self.code = code
    }
}

extension EthtoolError: CustomStringConvertible {
    /// One sentence without its full stop: `cannot turn lro on on eth0: operation not supported`.
    public var description: String { "cannot \(operation): \(code.phrase)" }
}
