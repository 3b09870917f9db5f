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

    /// Of what is tried in many places, the ones whose turn it is in a place with this number: one in `brief` while a
    /// developer waits, one in `usual` in continuous integration. Places next to each other have different ones.
    package static func turns<Element>(
        of all: [Element], in place: Int, brief: Int = 80, usual: Int = 4
    ) -> [Element] {
        let stride = min([.brief: brief, .usual: usual][chosen] ?? 1, max(all.count, 1))
        return all.enumerated().filter { ($0.offset + place).isMultiple(of: stride) }.map(\.element)
    }
}
