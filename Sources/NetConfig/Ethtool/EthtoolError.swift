public import SystemPackage

/// A device's settings could not be read or changed.
public struct EthtoolError: Error, Equatable, Sendable {
    /// What was attempted, such as `switch gro off`.
    public var operation: String
    /// The device; `nil` where it is not about one.
    public var device: String?
    /// What the kernel said.
    public var errno: Errno

    /// Creates an error.
    public init(_ operation: String, on device: DeviceName? = nil, _ errno: Errno) {
        self.operation = operation
        self.device = device?.text
        self.errno = errno
    }
}

extension EthtoolError: CustomStringConvertible {
    /// One sentence: what was attempted, on what, and what the kernel said.
    public var description: String {
        "cannot \(operation)\(device.map { " on \($0)" } ?? ""): \(errno.phrase)"
    }
}
