internal import NetConfigCore
package import Glibc
internal import SystemPackage

/// A process of some program, as `/proc` shows it.
package struct ProgramProcess: Equatable {
    /// The process id.
    var pid: pid_t
    /// The command line: the program, then its arguments.
    var arguments: [String]

    /// A process with the name of its program.
    package typealias Found = (program: String, process: ProgramProcess)

    /// What makes switches of the rows in Open vSwitch's database.
    package static let vswitchd = "ovs-vswitchd"

    /// The program that configures networks for XAPI where this one does not.
    package static let networkd = "xcp-networkd"

    /// Whether a process of a program runs.
    package static func isRunning(_ program: String) -> Bool { !all(named: [program]).isEmpty }

    /// All processes of some programs: those that have the name by the kernel's word (`/proc/<pid>/comm`), are root's or our
    /// own user's (anybody can call a process so; only Open vSwitch's may have a user of its own), and are in our own network
    /// namespace: what runs in a container has devices of its own that may be called like ours.
    package static func all(named programs: Set<String>) -> [Found] {
        let names = programs.map { Array($0.utf8) }
        return directoryEntries("/proc").compactMap { pid_t($0) }.sorted().compactMap { pid in
            guard !isKernelThread(pid) else { return nil }
            let name = name(of: pid)
            guard names.contains(where: name.elementsEqual), case let name = String(decoding: name, as: UTF8.self),
                name.isExactly(vswitchd) || isTrusted(pid),
                networkNamespace(String(pid)) == networkNamespace("thread-self"),
                let process = ProgramProcess(pid)
            else { return nil }
            return (name, process)
        }
    }

    /// Whether a process has no program. Most of a host's have none, and to ask for it takes half the time of their names.
    private static func isKernelThread(_ pid: pid_t) -> Bool {
        var first: CChar = 0
        return unsafe readlink("/proc/\(pid)/exe", &first, 1) < 0 && errno == ENOENT
    }

    /// The kernel's name for a process, at most 15 bytes (a thread of its own has up to 63); empty where there is none. A host
    /// has hundreds of processes, of which it is all that is read.
    private static func name(of pid: pid_t) -> ArraySlice<UInt8> {
        let line = try? Descriptor(open: FilePath("/proc/\(pid)/comm"), O_RDONLY).readPiece(limit: 64)
        return (line ?? []).prefix { $0 != UInt8(ascii: "\n") }
    }

    /// Creates a process's description.
    package init(pid: pid_t, arguments: [String]) {
        self.pid = pid
        self.arguments = arguments
    }

    /// The process of this id; `nil` where there is none, or only its remains wait for their parent.
    init?(_ pid: pid_t) {
        guard let line = Self.text("/proc/\(pid)/cmdline"), !line.isEmpty else { return nil }
        self.pid = pid
        arguments = line.pieces(between: "\0", keepingEmpty: true).map(String.init)
        if arguments.last == "" { arguments.removeLast() }
    }

    /// How it was started; `nil` where that cannot be read any more.
    var command: DHCPClient.Command? {
        guard let environment = Self.text("/proc/\(pid)/environ") else { return nil }
        return DHCPClient.Command(
            arguments: Array(arguments.dropFirst()), environment: environment.pieces(between: "\0").map(String.init),
            directory: Self.workingDirectory(pid))
    }

    /// Whether the process is still there, and is still the one that was found.
    var isRunning: Bool { ProgramProcess(pid) == self }

    /// Sends a signal. Between the look at `/proc` and the signal the process may end, but its id is not given away
    /// again that soon: the kernel hands out all others first.
    func send(_ signal: CInt) { if isRunning { _ = kill(pid, signal) } }

    private static func text(_ path: String) -> String? {
        // A command line can be 2 MiB long. Ours are not.
        guard let bytes = try? Descriptor(open: FilePath(path), O_RDONLY).read(limit: 64 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func workingDirectory(_ pid: pid_t) -> String? {
        // Of one that was removed the kernel says "(deleted)" behind the name.
        guard let path = RootPrefix.target(ofLink: FilePath("/proc/\(pid)/cwd")), unsafe access(path, F_OK) == 0 else {
            return nil
        }
        return path
    }

    private static func isTrusted(_ pid: pid_t) -> Bool {
        var status = stat()
        return unsafe stat("/proc/\(pid)", &status) == 0 && [0, geteuid()].contains(status.st_uid)
    }

    private static func networkNamespace(_ process: String) -> ino_t? {
        var status = stat()
        return unsafe stat("/proc/\(process)/ns/net", &status) == 0 ? status.st_ino : nil
    }
}
