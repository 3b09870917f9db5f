package import NetConfigCore
package import SystemPackage

/// A request that the kernel refused, or did not answer, over rtnetlink.
package struct NetlinkError: Error, Hashable, Sendable {
    /// What was attempted on what, after "cannot": `set MTU 9000 on eth0`.
    package var operation: String
    /// The device that it was about; `nil` where it was about all of them.
    package var device: DeviceName?
    /// The kernel's error number.
    package var code: Errno
    /// The kernel's own words (extended ACK), where it had any.
    package var kernelMessage: String?

    /// Creates an error.
    package init(operation: String, device: DeviceName? = nil, code: Errno, kernelMessage: String? = nil) {
        self.operation = operation
        self.device = device
        self.code = code
        self.kernelMessage = kernelMessage
    }
}

extension NetlinkError: CustomStringConvertible {
    /// One sentence without its full stop: `cannot set MTU 9000 on eth0: numerical result out of range`.
    package var description: String {
        guard let kernelMessage else { return "cannot \(operation): \(code.phrase)" }
        return "cannot \(operation): \(code.phrase) (\(kernelMessage))"
    }
}

extension Errno {
    /// `ENODEV`, which swift-system calls by BSD's meaning of it.
    package static var noSuchDevice: Errno { .operationNotSupportedByDevice }
}
