import Foundation
import Synchronization

/// Looks all the time whether programs are there to be called, by their paths in a root directory.
final class ProgramWatch: Sendable {
    private struct State {
        var looks = 0
        var misses: [String: Int] = [:]
        var isOver = false
    }

    private let paths: [String]
    private let root: String
    private let state = Mutex(State())

    init(_ paths: [String], in root: FreshRoot) throws {
        self.paths = paths
        self.root = root.path
    }

    /// Watches during some work: how often it looked, and how often each program was missing.
    func during(_ work: () throws -> Void) throws -> (looks: Int, misses: [String: Int]) {
        state.withLock { $0 = State() }
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isOver }) { look() }
            ended.signal()
        }
        defer {
            state.withLock { $0.isOver = true }
            ended.wait()
        }
        try work()
        return state.withLock { ($0.looks, $0.misses) }
    }

    private func look() {
        let missing = paths.filter { !isThere($0) }
        state.withLock { state in
            state.looks += 1
            for path in missing { state.misses[path, default: 0] += 1 }
        }
    }

    /// Whether the path leads to a program. A link says where that is from the root directory on; one that is replaced while we
    /// follow it is looked at again.
    private func isThere(_ path: String) -> Bool {
        while true {
            let target = linkTarget(path)
            if unsafe access(root + (target ?? path), X_OK) == 0 { return true }
            if linkTarget(path) == target { return false }
        }
    }

    private func linkTarget(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: root + path)
    }
}
