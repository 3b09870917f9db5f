internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import SystemPackage

/// An HTTP connection over a Unix socket, for a caller that waits for each answer.
final class HTTPConnection {
    /// The most bytes that the body of an answer may have.
    static let maximumSize = 256 << 20

    private let channel: any Channel
    private let inbox = HTTPInbox()
    /// Bytes of the answer's body that came so far.
    private var size = 0
    private var isKeptAlive = false
    /// Whether the last answer was read to its end, and the server keeps the connection open for another request.
    private(set) var isReusable = false

    /// Connects.
    ///
    /// - Throws: `XAPIError.Problem`, `Interruption`.
    init(to socket: String, in group: MultiThreadedEventLoopGroup, _ patience: Patience) throws {
        let bootstrap = ClientBootstrap(group: group)
            .channelOption(.autoRead, value: false)
            .channelInitializer { [inbox] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(inbox)
                }
            }
        channel = try Self.connected(bootstrap, to: socket, patience)
    }

    deinit { try? channel.close(mode: .all).wait() }

    private static func connected(
        _ bootstrap: ClientBootstrap, to socket: String, _ patience: Patience
    ) throws -> any Channel {
        while true {
            do {
                return try bootstrap.connect(unixDomainSocketPath: socket).wait()
            } catch let error as IOError {
                let error = Errno(rawValue: error.errnoCode)
                // The server's queue of connections is full: it has not come to them yet.
                guard error == .wouldBlock else {
                    throw XAPIError.Problem.unreachable(socket: socket, reason: error.phrase)
                }
                try patience.check()
                pause(.milliseconds(20))
            } catch SocketAddressError.unixDomainSocketPathTooLong {
                throw XAPIError.Problem.unreachable(socket: socket, reason: Errno.fileNameTooLong.phrase)
            } catch {
                throw XAPIError.Problem.unreachable(socket: socket, reason: "\(error)")
            }
        }
    }

    /// Sends a request, and reads its answer as far as the body.
    ///
    /// - Throws: `XAPIError.Problem`, among them `dropped` where not a byte of the answer came; `Interruption`.
    func post(_ body: [UInt8], _ patience: Patience) throws {
        (size, isReusable) = (0, false)
        let headers: HTTPHeaders = [
            "Host": "localhost", "User-Agent": "interface-reconfigure", "Content-Type": "text/xml",
            "Content-Length": "\(body.count)",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/", headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        try readHead(patience)
    }

    private func readHead(_ patience: Patience) throws {
        switch try next(patience) {
        case .head(let head):
            guard head.status == .ok else {
                throw XAPIError.Problem.status("\(head.version) \(head.status.code) \(head.status.reasonPhrase)")
            }
            if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }) { try checkSize(length) }
            isKeptAlive = head.isKeepAlive
        case .closed, .failure(is IOError): throw XAPIError.Problem.dropped
        case .body, .end: throw XAPIError.Problem.malformed("a body without a head")
        case .failure(let error): throw Self.problem(of: error)
        }
    }

    /// The next piece of the answer's body; an empty one is its end.
    ///
    /// - Throws: `XAPIError.Problem`, `Interruption`.
    func nextPiece(_ patience: Patience) throws -> [UInt8] {
        while true {
            switch try next(patience) {
            case .body(let bytes):
                size += bytes.count
                try checkSize(size)
                if !bytes.isEmpty { return bytes }
            case .end:
                isReusable = isKeptAlive
                return []
            case .head: throw XAPIError.Problem.malformed("two heads")
            case .closed: throw XAPIError.Problem.cutShort
            case .failure(let error): throw Self.problem(of: error)
            }
        }
    }

    private func checkSize(_ size: Int) throws(XAPIError.Problem) {
        guard size <= Self.maximumSize else { throw .tooLarge(limit: Self.maximumSize) }
    }

    private func next(_ patience: Patience) throws -> HTTPInbox.Item {
        while true {
            try patience.check()
            if let item = inbox.take(from: channel, waiting: patience.slice) { return item }
        }
    }

    private static func problem(of error: any Error) -> XAPIError.Problem {
        switch error {
        case HTTPParserError.invalidEOFState, is IOError: .cutShort
        default: .malformed("\(error)")
        }
    }
}
