package import NetConfigCore
internal import CLinux
internal import Glibc
internal import SystemPackage

/// Settings of network cards, read and changed as `ethtool(8)` does, through `SIOCETHTOOL`.
///
/// Belongs to the network namespace of the thread that made it.
package struct Ethtool: ~Copyable {
    private let descriptor: Descriptor
    /// The kernel's names of the feature bits, the same for all devices, once they were asked for.
    private var featureNames: [String]?

    /// Opens the socket that requests go through.
    package init() throws(EthtoolError) {
        do throws(Errno) {
            let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
            descriptor = Descriptor(owning: try Errno.check { socket(AF_INET, type, 0) })
        } catch {
            throw EthtoolError(operation: "open a socket for ethtool", code: error)
        }
    }

    /// Which offloads a device has, and whether they are on.
    ///
    /// Equivalent to: `ethtool -k NAME`
    package mutating func offloads(of device: DeviceName) throws(EthtoolError) -> Offloads {
        let operation = "read the offloads of \(device)"
        let names = try featureNames(device, operation)
        return Offloads(try features(of: device, names, operation), names: names)
    }

    /// Turns an offload on or off: all the features that it stands for and that the device can change.
    ///
    /// Equivalent to: `ethtool -K NAME OFFLOAD on|off`
    /// - Throws: `EOPNOTSUPP` where the device cannot change it, or does not although it took the request.
    package mutating func setOffload(_ offload: Offload, _ isOn: Bool, on device: DeviceName) throws(EthtoolError) {
        let operation = "turn \(offload.rawValue) \(isOn ? "on" : "off") on \(device)"
        let names = try featureNames(device, operation)
        let blocks = try features(of: device, names, operation)
        let changeable = zip(blocks, offload.masks(names)).map { $0.changeable & $1 }
        let unsupported = EthtoolError(operation: operation, device: device, code: .notSupported)
        if changeable.allSatisfy({ $0 == 0 }) {
            guard Offloads(blocks, names: names).states[offload] == isOn else { throw unsupported }
            return
        }
        func command(_ bits: [UInt32]) -> [UInt8] {
            zip(changeable, bits).reduce(UInt32(ETHTOOL_SFEATURES).hostBytes + UInt32(blocks.count).hostBytes) {
                $0 + $1.0.hostBytes + ($1.0 & $1.1).hostBytes
            }
        }
        var change = command(changeable.map { isOn ? $0 : 0 })
        // A result above 0 means that the kernel remembers the wish, but another setting may be in its way.
        guard try call(&change, device, operation) > 0 else { return }
        do throws(EthtoolError) {
            guard try offloads(of: device).states[offload] == isOn else { throw unsupported }
        } catch {
            // Else the wish would come true one day.
            var back = command(blocks.map(\.requested))
            _ = try? call(&back, device, operation)
            throw error
        }
    }

    /// The address burnt into a card, `nil` where the driver does not tell. For kernels before 5.6, whose rtnetlink
    /// does not have it.
    ///
    /// Equivalent to: `ethtool -P NAME`
    package func permanentMAC(of device: DeviceName) throws(EthtoolError) -> MACAddress? {
        var command = UInt32(ETHTOOL_GPERMADDR).hostBytes + UInt32(6).hostBytes + Array(repeating: 0, count: 6)
        try call(&command, device, "read the permanent address of \(device)")
        guard let mac = MACAddress(bytes: command[8...]), mac.bits != 0 else { return nil }
        return mac
    }

    /// Sends a command and takes its answer, in place.
    ///
    /// - Returns: what `ioctl` returned, at least 0.
    @discardableResult
    func call(_ command: inout [UInt8], _ device: DeviceName, _ operation: String) throws(EthtoolError) -> Int32 {
        let result = unsafe command.withUnsafeMutableBytes { bytes in
            unsafe clinux_ethtool(descriptor.number, device.cString, bytes.baseAddress)
        }
        guard result >= 0 else {
            throw EthtoolError(operation: operation, device: device, code: .last)
        }
        return result
    }

    private func features(
        of device: DeviceName, _ names: [String], _ operation: String
    ) throws(EthtoolError) -> [FeatureBlock] {
        let count = (names.count + 31) / 32
        var command = UInt32(ETHTOOL_GFEATURES).hostBytes + UInt32(count).hostBytes
        command += Array(repeating: 0, count: count * FeatureBlock.size)
        try call(&command, device, operation)
        return (0..<count).compactMap { FeatureBlock(command[(8 + $0 * FeatureBlock.size)...]) }
    }

    private mutating func featureNames(_ device: DeviceName, _ operation: String) throws(EthtoolError) -> [String] {
        if let featureNames { return featureNames }
        let set = UInt32(ETH_SS_FEATURES.rawValue)
        var query = UInt32(ETHTOOL_GSSET_INFO).hostBytes + UInt32(0).hostBytes + (UInt64(1) << UInt64(set)).hostBytes
        query += UInt32(0).hostBytes
        try call(&query, device, operation)
        let count = Int(query[16...].integer(as: UInt32.self) ?? 0)
        var command = UInt32(ETHTOOL_GSTRINGS).hostBytes + set.hostBytes + UInt32(count).hostBytes
        command += Array(repeating: 0, count: count * Int(ETH_GSTRING_LEN))
        try call(&command, device, operation)
        let names = (0..<count).map { command[(12 + $0 * Int(ETH_GSTRING_LEN))...].prefix(Int(ETH_GSTRING_LEN)).text }
        featureNames = names
        return names
    }
}
