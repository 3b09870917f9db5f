/// What is wrong with bytes that should be JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What was found or missed.
    package var reason: String
    /// The members and elements that lead to the value in question, elements by number; empty where it is in none.
    package var path: [String] = []
    /// Where, in bytes from the start of the message.
    package var offset: Int

    /// Creates one from its parts.
    package init(reason: String, path: [String] = [], offset: Int) {
        self.reason = reason
        self.path = path
        self.offset = offset
    }

    /// The path, where there is one, and the reason.
    package var message: String { path.isEmpty ? reason : "\(Self.text(of: path)): \(reason)" }

    package var description: String { "\(message) at byte \(offset)" }

    /// A path as messages have it: `bridge_config.xapi5.vlan`. Names from outside can be of any length and number.
    package static func text(of path: [String]) -> String {
        let names = path.prefix(8).map { $0.shortened(to: 40) }
        return names.joined(separator: ".") + (path.count > names.count ? "…" : "")
    }
}
