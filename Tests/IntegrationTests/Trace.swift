import Foundation
import Testing

/// What a run asked of the system, as strace saw it.
struct Trace {
    /// System calls, one a line, those that failed left out: an attempt that the kernel refused changed nothing.
    let calls: [Substring]

    /// Netlink messages but those that ask.
    var netlinkChanges: [Substring] {
        netlink.filter { call in call.matches(of: #/nlmsg_type=(\w+)/#).contains { !$0.1.hasPrefix("RTM_GET") } }
    }

    /// Netlink messages.
    var netlink: [Substring] { calls.filter { isSent($0) && $0.contains("nlmsg_type=") } }

    /// The operations that were sent to ovsdb-server (RFC 7047, section 5.2).
    var databaseOperations: [String] {
        calls.filter(isSent).flatMap { $0.matches(of: #/\\"op\\": ?\\"(\w+)\\"/#).map { String($0.1) } }
    }

    /// Calls that make, write, move or remove a file, or change its mode or owner. The lock is left out: every run signs
    /// it. So is the program's own output, which it opens once more.
    var fileChanges: [Substring] {
        let changing =
            #/(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)|\b(?:mkdir|rename|unlink|rmdir|link|symlink|mknod|f?chmod|f?chown|truncate|utime)\w*\(/#
        return calls.filter {
            $0.contains(changing) && !$0.contains("readlink") && !$0.contains("interface-reconfigure/lock")
                && !$0.contains("/dev/null") && !$0.contains("/proc/self/fd/")
        }
    }

    /// Programs that were started, the traced one left out.
    var programs: [Substring] { Array(calls.filter { $0.contains("execve(") }.dropFirst()) }

    /// Signals that were sent to other processes.
    var signals: [Substring] { calls.filter { $0.contains(#/\b(?:kill|tgkill|pidfd_send_signal)\(/#) } }

    private func isSent(_ call: Substring) -> Bool { call.contains(#/\b(?:sendto|sendmsg|sendmmsg|writev?)\(/#) }
}

extension TestBed {
    /// Runs the program on the host and looks on.
    func traced(_ arguments: String...) throws -> (result: Result, trace: Trace) { try traced(arguments) }

    /// The same with more options of strace, which can make a call fail.
    func traced(_ arguments: [String], options: [String] = []) throws -> (result: Result, trace: Trace) {
        try traced(command: command(arguments), options: options)
    }

    /// The same with any command.
    func traced(command: [String], options: [String] = []) throws -> (result: Result, trace: Trace) {
        let file = "\(directory)/trace"
        let kinds = "trace=network,file,process,kill,write,writev,ftruncate,fchmod,fchown"
        let strace = ["strace", "-f", "-qq", "-s", "65536", "-o", file, "-e", kinds, "-e", "signal=none"]
        let result = try run(command: strace + options + command)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let calls = text.split(separator: "\n").filter { !$0.contains(#/ = -1 E[A-Z]+/#) }
        try #require(!calls.isEmpty, "strace saw nothing: \(result.errors)")
        return (result, Trace(calls: calls))
    }
}
