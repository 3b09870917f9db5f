internal import CLinux
internal import Glibc
internal import SystemPackage

/// The settings of network cards, through the `SIOCETHTOOL` ioctl: kernels of XenServer hosts (4.19) have no ethtool
/// netlink.
struct Ethtool: ~Copyable {
    private let socket: Descriptor
    private let features: FeatureNames

    /// Opens the socket that the ioctl needs; it carries no data.
    init() throws(EthtoolError) {
        let number = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw EthtoolError("open a socket for ethtool", Errno(rawValue: errno)) }
        socket = Descriptor(owning: number)
        features = FeatureNames()
    }

    /// Reads the offloads and link settings of a device into a link. What the device does not have stays absent.
    func observe(_ name: DeviceName, into link: inout Link?) {
        for offload in Offload.allCases { link?.offloads[offload] = isOn(offload, of: name) }
        link?.fixedOffloads = fixedOffloads(of: name)
        link?.settings =
            (try? LinkSettingsCommand.read { bytes throws(Errno) in try command(&bytes, on: name) })?.settings
    }

    /// Switches an offload.
    ///
    /// Equivalent to: `ethtool -K NAME OFFLOAD on|off`
    func set(_ offload: Offload, _ isOn: Bool, on name: DeviceName) throws(EthtoolError) {
        let operation = "switch \(offload) \(isOn ? "on" : "off")"
        do throws(Errno) {
            if offload == .lro {
                let flags = try value(UInt32(ETHTOOL_GFLAGS), of: name)
                let lro = ETH_FLAG_LRO.rawValue
                _ = try value(UInt32(ETHTOOL_SFLAGS), isOn ? flags | lro : flags & ~lro, of: name)
            } else {
                _ = try value(offload.commands.set, isOn ? 1 : 0, of: name)
            }
        } catch {
            throw EthtoolError(operation, on: name, error)
        }
        // The kernel accepts a change that the driver then does not make.
        guard self.isOn(offload, of: name) == isOn else { throw EthtoolError(operation, on: name, .notSupported) }
    }

    /// Sets speed, duplex and negotiation; `nil` is left as it is.
    ///
    /// Equivalent to: `ethtool -s NAME speed … duplex … autoneg …`
    func set(_ settings: LinkSettings, on name: DeviceName) throws(EthtoolError) {
        do throws(Errno) {
            var command = try LinkSettingsCommand.read { bytes throws(Errno) in try self.command(&bytes, on: name) }
            command.settings = settings
            try command.write { bytes throws(Errno) in try self.command(&bytes, on: name) }
        } catch {
            throw EthtoolError("set the link settings", on: name, error)
        }
    }

    private func isOn(_ offload: Offload, of name: DeviceName) -> Bool? {
        if offload == .lro {
            return (try? value(UInt32(ETHTOOL_GFLAGS), of: name)).map { $0 & ETH_FLAG_LRO.rawValue != 0 }
        }
        return (try? value(offload.commands.get, of: name)).map { $0 != 0 }
    }

    /// A command whose argument and result are one number (`struct ethtool_value`).
    private func value(_ command: UInt32, _ data: UInt32 = 0, of name: DeviceName) throws(Errno) -> UInt32 {
        var bytes = command.littleEndianBytes + data.littleEndianBytes
        try self.command(&bytes, on: name)
        return bytes[...].number(at: 4) ?? 0
    }

    /// The offloads that a device shows but cannot change.
    private func fixedOffloads(of name: DeviceName) -> Set<Offload> {
        guard let names = features.read({ bytes throws(Errno) in try command(&bytes, on: name) }) else { return [] }
        let blocks = (names.count + 31) / 32
        // struct ethtool_gfeatures: the command, the number of blocks, and four words in each.
        var bytes = UInt32(ETHTOOL_GFEATURES).littleEndianBytes + UInt32(blocks).littleEndianBytes
        bytes += [UInt8](repeating: 0, count: blocks * 16)
        guard (try? command(&bytes, on: name)) != nil else { return [] }
        func isChangeable(_ index: Int) -> Bool {
            let block = 8 + index / 32 * 16
            let available: UInt32 = bytes[...].number(at: block) ?? 0
            let never: UInt32 = bytes[...].number(at: block + 12) ?? 0
            return available & ~never & (1 << UInt32(index % 32)) != 0
        }
        return Set(
            Offload.allCases.filter { offload in
                let indexes = names.indices.filter { offload.isFeature(names[$0]) }
                return !indexes.contains(where: isChangeable)
            })
    }

    private func command(_ bytes: inout [UInt8], on name: DeviceName) throws(Errno) {
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe clinux_ethtool(socket.number, name.text, buffer.baseAddress)
        }
        guard result == 0 else { throw Errno(rawValue: result) }
    }
}

extension Offload {
    /// The commands that read and change an offload; large receive offload is a flag and has none.
    fileprivate var commands: (get: UInt32, set: UInt32) {
        let (get, set) =
            switch self {
            case .rx: (ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM)
            case .tx: (ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM)
            case .sg: (ETHTOOL_GSG, ETHTOOL_SSG)
            case .tso: (ETHTOOL_GTSO, ETHTOOL_STSO)
            case .ufo: (ETHTOOL_GUFO, ETHTOOL_SUFO)
            case .gso: (ETHTOOL_GGSO, ETHTOOL_SGSO)
            case .gro: (ETHTOOL_GGRO, ETHTOOL_SGRO)
            case .lro: (ETHTOOL_GFLAGS, ETHTOOL_SFLAGS)
            }
        return (UInt32(get), UInt32(set))
    }

    /// Whether one of the kernel's features belongs to this offload: the old commands each stand for several.
    fileprivate func isFeature(_ name: String) -> Bool {
        switch self {
        case .rx: name == "rx-checksum"
        case .tx: name.hasPrefix("tx-checksum-") && name != "tx-checksum-fcoe-crc"
        case .sg: name.hasPrefix("tx-scatter-gather")
        case .tso: name.hasPrefix("tx-tcp") && name.contains("segmentation")
        case .ufo: name == "tx-udp-fragmentation"
        case .gso: name == "tx-generic-segmentation"
        case .gro: name == "rx-gro"
        case .lro: name == "rx-lro"
        }
    }
}

extension FixedWidthInteger {
    /// The bytes of a number as this machine has it in memory: all of Linux's ioctls on x86 are little-endian.
    fileprivate var littleEndianBytes: [UInt8] { unsafe withUnsafeBytes(of: littleEndian) { unsafe Array($0) } }
}

/// The kernel's names of the features that a bit in `ETHTOOL_GFEATURES` stands for; the same for all devices, so they are
/// asked for once.
private final class FeatureNames {
    private var names: [String]?

    func read(_ command: (inout [UInt8]) throws(Errno) -> Void) -> [String]? {
        if let names { return names }
        // struct ethtool_sset_info: command, reserved, a mask of sets, and the size of each set asked for.
        let set = UInt32(ETH_SS_FEATURES.rawValue)
        var info = UInt32(ETHTOOL_GSSET_INFO).littleEndianBytes + [0, 0, 0, 0]
        info += (UInt64(1) << UInt64(set)).littleEndianBytes + [0, 0, 0, 0]
        guard (try? command(&info)) != nil, let count: UInt32 = info[...].number(at: 16), (1...1024).contains(count)
        else { return nil }
        // struct ethtool_gstrings: command, set, count, and 32 bytes for each name.
        var strings = UInt32(ETHTOOL_GSTRINGS).littleEndianBytes + set.littleEndianBytes + count.littleEndianBytes
        strings += [UInt8](repeating: 0, count: Int(count) * 32)
        guard (try? command(&strings)) != nil else { return nil }
        names = (0..<Int(count)).map { index in
            String(decoding: strings[(12 + 32 * index)..<(44 + 32 * index)].prefix { $0 != 0 }, as: UTF8.self)
        }
        return names
    }
}

/// The buffer of `ETHTOOL_GLINKSETTINGS` and `ETHTOOL_SLINKSETTINGS` (`struct ethtool_link_settings`).
private struct LinkSettingsCommand {
    private var bytes: [UInt8]
    private static let (speed, duplex, autoneg, words, masks) = (4, 8, 11, 15, 48)

    /// Reads the settings of a device. The kernel is first asked how many words its bit masks have, which it answers
    /// with a negative number.
    static func read(_ command: (inout [UInt8]) throws(Errno) -> Void) throws(Errno) -> LinkSettingsCommand {
        var bytes = UInt32(ETHTOOL_GLINKSETTINGS).littleEndianBytes + [UInt8](repeating: 0, count: masks - 4)
        try command(&bytes)
        let count = Int8(bitPattern: bytes[words])
        guard count < 0 else { throw .notSupported }
        bytes =
            UInt32(ETHTOOL_GLINKSETTINGS).littleEndianBytes + [UInt8](repeating: 0, count: masks - 4 + 12 * -Int(count))
        bytes[words] = UInt8(bitPattern: -count)
        try command(&bytes)
        return LinkSettingsCommand(bytes: bytes)
    }

    func write(_ command: (inout [UInt8]) throws(Errno) -> Void) throws(Errno) {
        var bytes = bytes
        bytes.replaceSubrange(0..<4, with: UInt32(ETHTOOL_SLINKSETTINGS).littleEndianBytes)
        try command(&bytes)
    }

    /// The settings; what the device does not know is `nil`, and setting `nil` leaves what there is.
    var settings: LinkSettings {
        get {
            let speed: Int32? = bytes[...].number(at: Self.speed)
            return LinkSettings(
                speed: speed.flatMap { $0 > 0 ? Int($0) : nil },
                duplex: [0: .half, 1: .full][bytes[Self.duplex]], autonegotiation: bytes[Self.autoneg] != 0)
        }
        set {
            if let speed = newValue.speed {
                bytes.replaceSubrange(Self.speed..<Self.speed + 4, with: UInt32(clamping: speed).littleEndianBytes)
            }
            if let duplex = newValue.duplex { bytes[Self.duplex] = duplex == .full ? 1 : 0 }
            if let autonegotiation = newValue.autonegotiation { bytes[Self.autoneg] = autonegotiation ? 1 : 0 }
        }
    }
}
