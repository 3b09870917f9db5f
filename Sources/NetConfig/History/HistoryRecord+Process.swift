internal import NetConfigSystem
internal import Glibc
internal import SystemPackage

extension HistoryRecord.Caller {
    /// Who called this process.
    static func thisProcess(command: String) -> HistoryRecord.Caller {
        let name = try? Descriptor(open: FilePath("/proc/\(getppid())/comm"), O_RDONLY).read(limit: 64)
        return HistoryRecord.Caller(
            command: command,
            parent: name.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) },
            sudoUser: sudoUser)
    }

    /// What `sudo` says in the environment; it has done so for a program that is root only.
    private static var sudoUser: String? {
        guard let value = unsafe getenv("SUDO_USER") else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty || text.utf8.count > 256 ? nil : text
    }
}

/// The time in seconds since 1970.
func now() -> Int { time(nil) }
