import Foundation

/// How much of what could be tried the tests try: what a developer waits for, what continuous integration does, or all
/// of it (`make reliability`).
package enum TestLength {
    case brief, usual, full

    package static let chosen: TestLength = {
        let environment = ProcessInfo.processInfo.environment
        return environment["FULL_LENGTH"] != nil ? .full : environment["CI"] == "true" ? .usual : .brief
    }()

    /// Whether all of it is tried.
    package static let isFull = chosen == .full

    /// The seeds of the random hosts.
    package static let seeds: Range<UInt64> = 0..<(chosen == .brief ? 20 : 200)

    /// Of what is tried in many places, every which one is tried in one of them; in others it is others.
    package static let stride = [.brief: 12, .usual: 3, .full: 1][chosen] ?? 1
}
