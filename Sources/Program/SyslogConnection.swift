internal import Glibc
internal import Synchronization

/// A connection to the host's log daemon, as `syslog(3)` has it, but for this: a daemon that does not read does not stop the
/// program. What the daemon does not take in time is dropped and counted.
final class SyslogConnection: Sendable {
    private static let path = "/dev/log"
    /// How long the process waits for the daemon, all in all.
    private static let patience = Duration.seconds(2)

    private struct State {
        var descriptor: CInt?
        var isStream = false
        var patience = Patience(SyslogConnection.patience)
        var lost = 0
        /// Those that were lost and told meanwhile are not in `lost` any more.
        var totalLost = 0
        var cause: CInt = 0
    }

    private let name: String
    private let state = Mutex(State())

    /// Describes the log of a program. The connection is made when something is to be said.
    init(name: String) { self.name = name }

    deinit {
        state.withLock { state in
            if let descriptor = state.descriptor { close(descriptor) }
        }
    }

    /// Says a line, or drops it.
    func say(_ text: String, severity: CInt) {
        state.withLock { state in
            if state.lost > 0 {
                let notice = "\(Self.lines(state.lost)) missing here: \(Self.reason(state.cause))"
                if deliver(notice, severity: LOG_WARNING, &state) { state.lost = 0 }
            }
            guard !deliver(text, severity: severity, &state) else { return }
            // A host without a log daemon is no fault.
            guard state.cause != ENOENT else { return }
            state.lost += 1
            state.totalLost += 1
        }
    }

    /// What to say elsewhere of the lines that were lost; `nil` where none were.
    var loss: String? {
        state.withLock { state in
            guard state.totalLost > 0 else { return nil }
            return "\(Self.lines(state.totalLost)) missing in syslog: \(Self.reason(state.cause))"
        }
    }

    private static func lines(_ count: Int) -> String { count == 1 ? "a line is" : "\(count) lines are" }

    private static func reason(_ cause: CInt) -> String {
        guard cause != EAGAIN else { return "its daemon does not read them" }
        return unsafe String(cString: strerror(cause)).lowercased()
    }

    private func deliver(_ text: String, severity: CInt, _ state: inout State) -> Bool {
        let line = "<\(LOG_DAEMON | severity)>\(Self.time) \(name)[\(getpid())]: \(text)"
        // A daemon that was started again has a new socket.
        for _ in 1...2 {
            if state.descriptor == nil { connect(&state) }
            guard let descriptor = state.descriptor else { return false }
            // In a stream a zero byte ends a message, as syslog(3) writes it.
            let bytes = Array(line.utf8) + (state.isStream ? [0] : [])
            if Self.send(bytes, over: descriptor, &state) { return true }
            if state.cause == EAGAIN { return false }
            close(descriptor)
            state.descriptor = nil
            if state.cause == EMSGSIZE { return false }
        }
        return false
    }

    private static func send(_ bytes: [UInt8], over descriptor: CInt, _ state: inout State) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL))
            }
            guard count < 0 else {
                rest = rest.dropFirst(count)
                continue
            }
            let error = errno
            if error == EINTR { continue }
            if error == EAGAIN || error == ENOBUFS, state.patience.wait(toWriteTo: descriptor) { continue }
            // Of a message that is cut short the rest would be taken for another one.
            state.cause = rest.count < bytes.count ? EPIPE : error == ENOBUFS ? EAGAIN : error
            return false
        }
        return true
    }

    /// Connects to the daemon's socket: datagrams, or a stream where the daemon is an old one.
    private func connect(_ state: inout State) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Self.path.utf8) }
        for (type, isStream) in [(SOCK_DGRAM, false), (SOCK_STREAM, true)] {
            let flags = type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
            let descriptor = socket(AF_UNIX, CInt(flags), 0)
            guard descriptor >= 0 else { return state.cause = errno }
            let status = unsafe withUnsafeBytes(of: address) { bytes in
                unsafe Glibc.connect(
                    descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
            if status == 0 {
                (state.descriptor, state.isStream) = (descriptor, isStream)
                return
            }
            state.cause = errno
            close(descriptor)
            guard state.cause == EPROTOTYPE else { return }
        }
    }

    /// The time as the header of a message has it (RFC 3164, section 4.1.2): the host's own, without a year.
    private static var time: String {
        var (now, fields) = (Glibc.time(nil), unsafe tm())
        _ = unsafe localtime_r(&now, &fields)
        var text = [CChar](repeating: 0, count: 32)
        let count = unsafe strftime(&text, text.count, "%b %e %H:%M:%S", &fields)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
