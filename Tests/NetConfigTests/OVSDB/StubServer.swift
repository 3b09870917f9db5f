import Foundation
import Glibc

@testable import NetConfigCore
@testable import NetConfigSystem

/// A server on a Unix socket that does to each connection what a test says.
final class StubServer: Sendable {
    /// One connection of the server.
    final class Peer {
        private let descriptor: CInt
        private var scanner = OVSDBMessageScanner()
        private var buffer: [UInt8] = []

        fileprivate init(_ descriptor: CInt) { self.descriptor = descriptor }

        deinit { close(descriptor) }

        /// Waits for a message; `nil` at the end of the stream.
        func receive() -> JSON? {
            var scanned = 0
            while true {
                if let length = try? scanner.end(in: buffer[scanned...]) {
                    defer { buffer.removeFirst(scanned + length) }
                    return try? JSONReader.read(buffer, in: 0..<(scanned + length))
                }
                scanned = buffer.count
                let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { bytes, count in
                    count = unsafe max(0, recv(descriptor, bytes.baseAddress, 65_536, 0))
                }
                guard !chunk.isEmpty else { return nil }
                buffer += chunk
            }
        }

        /// Sends text as it is.
        ///
        /// - Returns: Whether the client still is there.
        @discardableResult
        func send(_ text: String) -> Bool {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes {
                    unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    let path: String
    private let listener: CInt

    /// - Parameters:
    ///   - isAccepting: Whether connections are taken from the queue, which holds one.
    ///   - serve: What to do with a connection, the number of which counts from 0; afterwards it is closed.
    init(isAccepting: Bool = true, _ serve: @escaping @Sendable (Int, Peer) -> Void) {
        path = "/tmp/ovsdb-stub-\(UUID().uuidString.prefix(8))"
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = unsafe Glibc.bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        listen(listener, 0)
        guard isAccepting else { return }
        Thread.detachNewThread {
            for number in 0... {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                serve(number, Peer(descriptor))
            }
        }
    }

    deinit {
        // Wakes the thread that accepts.
        shutdown(listener, CInt(SHUT_RDWR))
        unsafe unlink(path)
    }
}
