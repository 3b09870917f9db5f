/// What is wrong with bytes that should be JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What was found or missed.
    package var reason: String
    /// Where, in bytes from the start of the message.
    package var offset: Int

    /// Creates one from its parts.
    package init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
