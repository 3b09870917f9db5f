internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import SystemPackage

/// An HTTP connection over a Unix socket, for a caller that waits for each answer.
///
/// swift-nio turns requests into bytes and bytes into answers, in a channel that is connected to nothing. What it wants
/// to send and to receive goes through a socket that is read and written here, so that a run needs no second thread.
final class HTTPConnection {
    /// The most bytes that the body of an answer may have.
    static let maximumSize = 256 << 20
    /// The most bytes that are read at once: a large answer is never held as a whole.
    private static let chunkSize = 64 << 10

    private let socket: UnixSocket
    private let codec = EmbeddedChannel()
    /// What was wrong with the bytes that follow those which the codec made parts of.
    private var failure: (any Error)?
    /// Whether the server closed its end.
    private var isAtEnd = false
    /// Bytes of the answer's body that came so far.
    private var size = 0
    private var isKeptAlive = false
    /// Whether the last answer was read to its end, and the server keeps the connection open for another request.
    private(set) var isReusable = false

    /// Connects.
    ///
    /// - Throws: `XAPIError.Problem`, `Interruption`.
    init(to path: String, _ timeout: CallTimeout) throws {
        socket = try Self.connected(to: path, timeout)
        try codec.pipeline.syncOperations.addHTTPClientHandlers()
    }

    deinit { _ = try? codec.finish(acceptAlreadyClosed: true) }

    private static func connected(to path: String, _ timeout: CallTimeout) throws -> UnixSocket {
        while true {
            do throws(Errno) {
                return try UnixSocket.connected(to: path, deadline: timeout.nextLook)
            } catch {
                // The server's queue of connections is full: it has not come to them yet.
                guard error == .wouldBlock else {
                    throw XAPIError.Problem.unreachable(socket: path, reason: error.phrase)
                }
                try timeout.check()
            }
        }
    }

    /// Sends a request, and reads its answer as far as the body.
    ///
    /// - Throws: `XAPIError.Problem`, among them `dropped` where not a byte of the answer came; `Interruption`.
    func post(_ body: [UInt8], _ timeout: CallTimeout) throws {
        (size, isReusable) = (0, false)
        let headers: HTTPHeaders = [
            "Host": "localhost", "User-Agent": "interface-reconfigure", "Content-Type": "text/xml",
            "Content-Length": "\(body.count)",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: headers)
        try codec.writeOutbound(HTTPClientRequestPart.head(head))
        try codec.writeOutbound(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))))
        try codec.writeOutbound(HTTPClientRequestPart.end(nil))
        while let buffer = try codec.readOutbound(as: ByteBuffer.self) { try send(buffer, timeout) }
        try readHead(timeout)
    }

    private func send(_ buffer: ByteBuffer, _ timeout: CallTimeout) throws {
        var rest = Array(buffer.readableBytesView)[...]
        do {
            while try socket.write(&rest, deadline: timeout.nextLook) != .ready { try timeout.check() }
        } catch is Errno {
            throw XAPIError.Problem.dropped
        }
    }

    private func readHead(_ timeout: CallTimeout) throws {
        switch try next(timeout) {
        case .head(let head):
            guard head.status == .ok else {
                throw XAPIError.Problem.status("\(head.version) \(head.status.code) \(head.status.reasonPhrase)")
            }
            if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }) { try checkSize(length) }
            isKeptAlive = head.isKeepAlive
        case .body, .end: throw XAPIError.Problem.malformed("a body without a header")
        case nil: throw XAPIError.Problem.dropped
        }
    }

    /// The next piece of the answer's body; an empty one is its end.
    ///
    /// - Throws: `XAPIError.Problem`, `Interruption`.
    func nextPiece(_ timeout: CallTimeout) throws -> [UInt8] {
        while true {
            switch try next(timeout) {
            case .body(let buffer):
                size += buffer.readableBytes
                try checkSize(size)
                if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
            case .end:
                isReusable = isKeptAlive
                return []
            case .head: throw XAPIError.Problem.malformed("two headers")
            case nil: throw XAPIError.Problem.cutShort
            }
        }
    }

    private func checkSize(_ size: Int) throws(XAPIError.Problem) {
        guard size <= Self.maximumSize else { throw .tooLarge(limit: Self.maximumSize) }
    }

    /// The next part of the answer; `nil` when the connection was closed before it was whole.
    private func next(_ timeout: CallTimeout) throws -> HTTPClientResponsePart? {
        while true {
            if let part = try codec.readInbound(as: HTTPClientResponsePart.self) { return part }
            if let failure { throw Self.problem(of: failure) }
            guard !isAtEnd else { return nil }
            try timeout.check()
            receive(timeout)
        }
    }

    /// Gives the codec what has come, or the news that no more will.
    private func receive(_ timeout: CallTimeout) {
        do {
            var bytes: [UInt8] = []
            guard try socket.waitToRead(deadline: timeout.nextLook) == .ready,
                let count = try socket.read(into: &bytes, limit: Self.chunkSize)
            else { return }
            if count == 0 { try end() } else { try codec.writeInbound(ByteBuffer(bytes: bytes)) }
        } catch is Errno {
            isAtEnd = true
        } catch {
            failure = error
        }
    }

    /// An answer without a length ends where the connection does.
    private func end() throws {
        isAtEnd = true
        _ = try codec.finish()
    }

    private static func problem(of error: any Error) -> XAPIError.Problem {
        if case HTTPParserError.invalidEOFState = error { .cutShort } else { .malformed("\(error)") }
    }
}
