import Foundation
import Glibc
import Synchronization

@testable import NetConfigCore
@testable import NetConfigSystem

/// A server between a client and ovsdb-server, which passes their messages on, or does with one of them what a test says.
final class OVSDBProxy: Sendable {
    /// A message on its way. Changes and connections count from 0.
    enum Stage: Equatable {
        /// The transaction of a change, on its way to the server.
        case ask(Int)
        /// Its answer, on the way back.
        case reply(Int)
        /// What ovs-vswitchd says that it has done, after the answer to a change.
        case update(after: Int)
        /// The client takes the lock over a connection.
        case look(Int)
        case other
    }

    /// What becomes of a message.
    enum Fate {
        case pass, twice
        /// It is lost.
        case lost
        /// The connection ends before the message, in its middle or behind it.
        case endBefore, endInside, endBehind
    }

    private struct State {
        var asked = 0
        var replied = -1
        var looks = 0
        var refusingUntil = ContinuousClock.now
        var fate: @Sendable (Stage) -> Fate = { _ in .pass }
    }

    let path: String
    private let target: String
    private let listener: CInt
    private let state = Mutex(State())

    /// Listens on a path for those who want to reach another.
    init(_ path: String, to target: String) throws {
        (self.path, self.target) = (path, target)
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard attach(listener, to: path, connecting: false), listen(listener, 8) == 0 else {
            throw TestBed.Failure(text: "cannot listen on \(path): \(errno)")
        }
        // A thread of its own, which keeps the network namespace in which it was made.
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client)
            }
        }
    }

    /// Ends it.
    func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    /// Begins to count anew, with something that decides what becomes of messages. It may take its time.
    func begin(_ fate: @escaping @Sendable (Stage) -> Fate) {
        state.withLock { $0 = State(fate: fate) }
    }

    /// Takes no connections for some time.
    func refuse(for duration: Duration) { state.withLock { $0.refusingUntil = .now + duration } }

    private func serve(_ client: CInt) {
        let isRefusing = state.withLock { .now < $0.refusingUntil }
        let server = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard !isRefusing, attach(server, to: target, connecting: true) else {
            close(client)
            close(server)
            return
        }
        let pair = ConnectionPair(client: client, server: server)
        Thread.detachNewThread { [self] in pump(from: client, to: server, of: pair, isRequest: true) }
        Thread.detachNewThread { [self] in pump(from: server, to: client, of: pair, isRequest: false) }
    }

    private func pump(from source: CInt, to destination: CInt, of pair: ConnectionPair, isRequest: Bool) {
        defer { pair.end() }
        var scanner = OVSDBMessageScanner()
        var (buffer, scanned) = ([UInt8](), 0)
        while true {
            if let length = try? scanner.end(in: buffer[scanned...]) {
                let message = Array(buffer[..<(scanned + length)])
                buffer.removeFirst(scanned + length)
                scanned = 0
                guard let json = try? JSONReader.read(message) else { return }
                guard pass(message, stage(of: json, pair, isRequest), to: destination) else { return }
                continue
            }
            scanned = buffer.count
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { bytes, count in
                count = unsafe max(0, recv(source, bytes.baseAddress, 65_536, 0))
            }
            guard !chunk.isEmpty else { return }
            buffer += chunk
        }
    }

    private func stage(of message: JSON, _ pair: ConnectionPair, _ isRequest: Bool) -> Stage {
        state.withLock { state in
            if isRequest {
                if message["method"] == .string("steal") {
                    state.looks += 1
                    return .look(state.looks - 1)
                }
                let isChange = message["params"]?.array?.contains { $0["op"] == .string("assert") } == true
                guard isChange, let id = message["id"]?.integer else { return .other }
                pair.changes.withLock { $0[id] = state.asked }
                state.asked += 1
                return .ask(state.asked - 1)
            }
            if message["method"] == .string("update") { return .update(after: state.replied) }
            guard let id = message["id"]?.integer, let number = pair.changes.withLock({ $0[id] }) else { return .other }
            state.replied = number
            return .reply(number)
        }
    }

    private func pass(_ message: [UInt8], _ stage: Stage, to destination: CInt) -> Bool {
        let fate = state.withLock { $0.fate }
        switch fate(stage) {
        case .pass: return send(message, to: destination)
        case .twice: return send(message + message, to: destination)
        case .lost: return true
        case .endBefore: return false
        case .endInside:
            _ = send(Array(message.prefix(message.count / 2)), to: destination)
            return false
        case .endBehind:
            _ = send(message, to: destination)
            return false
        }
    }

    private func send(_ bytes: [UInt8], to destination: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(destination, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// The two ends that a proxy connects.
private final class ConnectionPair: Sendable {
    private let client: CInt
    private let server: CInt
    /// The numbers of the changes whose requests have these identities.
    let changes = Mutex<[Int: Int]>([:])

    init(client: CInt, server: CInt) { (self.client, self.server) = (client, server) }

    deinit {
        close(client)
        close(server)
    }

    func end() {
        shutdown(client, CInt(SHUT_RDWR))
        shutdown(server, CInt(SHUT_RDWR))
    }
}

/// Binds a socket to a path, or connects it to the one there.
private func attach(_ descriptor: CInt, to path: String, connecting: Bool) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let status = unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            unsafe connecting ? Glibc.connect(descriptor, generic, size) : Glibc.bind(descriptor, generic, size)
        }
    }
    return status == 0
}
