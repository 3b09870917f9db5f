public import SystemPackage

/// The kernel refused a netlink request, or did not answer it.
public struct NetlinkError: Error, Equatable, Sendable {
    /// What was attempted, such as `set MTU 9000`.
    public var operation: String
    /// The device it was attempted on; `nil` where there is none, such as for a dump.
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

extension NetlinkError: CustomStringConvertible {
    /// One sentence: what was attempted, on what, and what the kernel said.
    public var description: String {
        "cannot \(operation)\(device.map { " on \($0)" } ?? ""): \(errno.description.lowercased())"
    }
}
