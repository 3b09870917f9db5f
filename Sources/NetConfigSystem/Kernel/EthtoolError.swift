package import NetConfigCore
package import SystemPackage

/// An ethtool request that the kernel or a driver refused.
package struct EthtoolError: Error, Hashable, Sendable {
    /// What was attempted on what, after "cannot": `turn gro off on eth0`.
    package var operation: String
    /// The device that it was about; `nil` where it was about none.
    package var device: DeviceName?
    /// The kernel's error number: `EOPNOTSUPP` where the device has no such setting.
    package var code: Errno

    /// Creates an error.
    package init(operation: String, device: DeviceName? = nil, code: Errno) {
        self.operation = operation
        self.device = device
        self.code = code
    }
}

extension EthtoolError: CustomStringConvertible {
    /// One sentence without its full stop: `cannot turn lro on on eth0: operation not supported`.
    package var description: String { "cannot \(operation): \(code.phrase)" }
}
