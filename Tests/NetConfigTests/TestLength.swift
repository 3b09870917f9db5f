import Foundation

/// How much of what could be tried the tests try: what a developer waits for, what continuous integration does, or all
/// of it (`make reliability`).
enum TestLength {
    case brief, usual, full

    static let chosen: TestLength = {
        let environment = ProcessInfo.processInfo.environment
        return environment["FULL_LENGTH"] != nil ? .full : environment["CI"] == "true" ? .usual : .brief
    }()

    /// The seeds of the random hosts.
    static let seeds: Range<UInt64> = 0..<(chosen == .brief ? 20 : 200)

    /// Of what is tried in many places, every which one is tried in one of them; in others it is others.
    static let stride = [.brief: 12, .usual: 3, .full: 1][chosen] ?? 1
}
