internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1

/// What arrives on an HTTP connection, handed from NIO's thread to the one that waits for it.
///
/// It asks the kernel for more only when all that came has been taken, so that a large answer is never held as a whole.
final class HTTPInbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = HTTPClientResponsePart

    /// Something that arrived.
    enum Item: Sendable {
        case head(HTTPResponseHead)
        case body([UInt8])
        case end
        case failure(any Error)
        case closed
    }

    private let items = NIOLockedValueBox<CircularBuffer<Item>>([])
    private let hasNews = ConditionLock(value: false)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): put(.head(head))
        // A copy: what nobody but this thread refers to it fills again.
        case .body(let buffer): put(.body(Array(buffer.readableBytesView)))
        case .end: put(.end)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What was read may be too little for a whole part.
        if items.withLockedValue(\.isEmpty) { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { put(.failure(error)) }

    func channelInactive(context: ChannelHandlerContext) { put(.closed) }

    /// Takes what arrived first; waits for it, `nil` after so many seconds.
    func take(from channel: any Channel, waiting seconds: Double) -> Item? {
        if let item = first() { return item }
        channel.read()
        guard hasNews.lock(whenValue: true, timeoutSeconds: seconds) else { return nil }
        hasNews.unlock(withValue: false)
        return first()
    }

    private func first() -> Item? { items.withLockedValue { $0.popFirst() } }

    private func put(_ item: Item) {
        items.withLockedValue { $0.append(item) }
        hasNews.lock()
        hasNews.unlock(withValue: true)
    }
}
