internal import NetConfigCore
internal import NetConfigSystem
internal import Glibc
internal import SystemPackage

/// The kernel's settings of devices below `/proc/sys/net`, one file each.
enum DeviceSettings {
    /// Those that differ from what a new device gets. Each is by the path of its file below `/proc/sys/net`.
    static func unusual(of devices: Set<DeviceName>) -> Set<Belonging> {
        var usual: [String: String] = [:]
        var found: Set<Belonging> = []
        for directory in ["ipv4/conf", "ipv4/neigh", "ipv6/conf", "ipv6/neigh"] {
            for device in devices.sorted() {
                for name in directoryEntries("/proc/sys/net/\(directory)/\(device)") where !isAnothersView(name) {
                    guard let value = read("\(directory)/\(device)/\(name)") else { continue }
                    let key = "\(directory)/default/\(name)"
                    // Not every namespace has all defaults; on the loopback device they are what they were.
                    let new = usual[key] ?? read(key) ?? read("\(directory)/lo/\(name)") ?? value
                    usual[key] = new
                    guard value != new else { continue }
                    found.insert(
                        Belonging(
                            devices: [device],
                            text: "\(directory.substituting("/", with: " ")) setting \(name)=\(value)",
                            content: .setting("\(directory)/\(device)/\(name)", value: value)))
                }
            }
        }
        return found
    }

    /// Puts a setting back where it differs.
    ///
    /// - Returns: Why that is not possible; `nil` where it is done.
    static func restore(_ lost: Belonging) -> String? {
        guard case .setting(let path, let value) = lost.content, read(path) != value else { return nil }
        do throws(Errno) {
            try Descriptor(open: FilePath("/proc/sys/net/\(path)"), O_WRONLY).write(value + "\n")
            return nil
        } catch {
            return "cannot set \(path) to \(value): \(error.phrase)"
        }
    }

    /// What another action sets, follows the device's own, or says the same as a neighbouring file in another unit.
    private static func isAnothersView(_ name: String) -> Bool {
        ["accept_ra", "autoconf", "mtu", "stable_secret", "retrans_time", "base_reachable_time"].contains(name)
    }

    private static func read(_ path: String) -> String? {
        let bytes = try? Descriptor(open: FilePath("/proc/sys/net/\(path)"), O_RDONLY).read(limit: 4096)
        return bytes.map { String(decoding: $0.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self) }
    }
}
