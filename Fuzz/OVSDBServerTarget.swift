import Foundation
import Glibc
import NetConfigTestSupport
import Synchronization

@testable import NetConfigCore
@testable import NetConfigSystem

/// A whole conversation with ovsdb-server, and not only its messages: a client that reads, makes a change, waits and takes
/// it back, on a socket whose other end answers with what was made up.
///
/// Each line is what the server sends when a request has come; `$` stands for the request's identity. A line of `-` sends
/// nothing, an empty one ends the connection, and so does the last.
func fuzzOVSDBServer(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let server = ScriptedServer.shared else { fatalError("no socket: \(errno)") }
    server.play(bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init))
    let start = ContinuousClock.now
    try converse(server.path)
    try expect(ContinuousClock.now - start < .seconds(5), "a conversation without end")
}

private func converse(_ path: String) throws(BrokenPromise) {
    var limits = OVSDBClient.Limits()
    (limits.answer, limits.absence) = (.milliseconds(20), .milliseconds(30))
    (limits.change, limits.inverse) = (.milliseconds(20), .milliseconds(10))
    guard let client = try? OVSDBClient(socket: path, limits: limits), let state = try? client.readState() else {
        return
    }
    var wanted = state
    wanted.bridges["xenbr9"] = VswitchRow(columns: ["fail_mode": .string("secure")], members: ["xenbr9"])
    wanted.ports["xenbr9"] = VswitchRow(members: ["xenbr9"])
    wanted.interfaces["xenbr9"] = VswitchRow(columns: ["type": .string("internal")])
    if let first = state.bridges.keys.min() { wanted.bridges[first]?["fail_mode"] = .string("secure") }
    if let last = state.bridges.keys.max() { wanted.bridges[last] = nil }
    let changes = state.changes(to: wanted)
    var edges: [PossibleChange.Edge] = []
    client.trace = { edges.append($0) }
    do {
        try client.commit(changes)
        try expect(edges.last?.to == .kept, "kept, but \(edges)")
        try client.putBack(changes.reversed().map(\.inverse))
    } catch let broken as BrokenPromise {
        throw broken
    } catch {
        try expect(!"\(error)".isEmpty, "an error without a reason")
        try expect(edges.last?.to.isEnd == true && edges.last?.to != .kept, "an end that is none: \(edges)")
        if edges.last?.to == .left {
            try expect((error as? TakenBack)?.left.isEmpty == false, "nothing said to be left")
        }
    }
    try expect(PossibleChange.edges.isSuperset(of: edges), "a way that there is not: \(edges)")
    _ = try? client.ofports(of: ["xenbr9"])
}

/// Plays a script to whoever connects, one connection after the other.
private final class ScriptedServer: Sendable {
    static let shared = ScriptedServer()

    let path = "/tmp/fuzz-ovsdb-\(getpid())"
    private let listener: CInt
    private let script = Mutex<[[UInt8]]>([])

    private init?() {
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        unsafe unlink(path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let status = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0, listen(listener, 64) == 0 else { return nil }
        Thread.detachNewThread { [self] in
            while true {
                let peer = accept(listener, nil, nil)
                guard peer >= 0 else { return }
                serve(peer)
                close(peer)
            }
        }
    }

    /// Begins a script.
    func play(_ lines: [[UInt8]]) { script.withLock { $0 = lines.reversed() } }

    private func serve(_ peer: CInt) {
        var scanner = OVSDBMessageScanner()
        var (buffer, scanned) = ([UInt8](), 0)
        while true {
            if let length = try? scanner.end(in: buffer[scanned...]) {
                let request = try? JSONReader.read(Array(buffer[..<(scanned + length)]))
                buffer.removeFirst(scanned + length)
                scanned = 0
                guard let line = script.withLock({ $0.popLast() }), !line.isEmpty else { return }
                guard line != [UInt8(ascii: "-")] else { continue }
                let identity = Array("\(request?["id"]?.integer ?? 0)".utf8)
                let answer = line.flatMap { $0 == UInt8(ascii: "$") ? identity : [$0] }
                let count = unsafe answer.withUnsafeBytes {
                    unsafe send(peer, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count == answer.count else { return }
                continue
            }
            scanned = buffer.count
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { bytes, count in
                count = unsafe max(0, recv(peer, bytes.baseAddress, 65_536, 0))
            }
            guard !chunk.isEmpty else { return }
            buffer += chunk
        }
    }
}
