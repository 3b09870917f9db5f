import Foundation
import NetConfigCore
import NetConfigTestSupport
import Synchronization

/// Explore a space together, one on each processor.
final class Walkers: Sendable {
    private struct Work {
        var next = 0
        var figures = Exploration.Figures()
        var found: [String: Counterexample] = [:]
        var progress: ExplorationProgress
    }

    private let space: ExploredSpace
    /// Whether it is said how far they are.
    private let shows: Bool
    private let work: Mutex<Work>

    init(_ space: ExploredSpace, in directory: String, shows: Bool) throws {
        (self.space, self.shows) = (space, shows)
        let program = try Data(contentsOf: URL(filePath: "/proc/self/exe"))
        let path = URL(filePath: directory).appending(path: "progress-\(space.transitions)").path
        work = Mutex(Work(progress: try ExplorationProgress(path: path, program: Self.digest(program))))
    }

    /// What was tried in all, and the smallest of each kind of fault.
    var result: (Exploration.Figures, [Counterexample]) {
        work.withLock { work in
            (work.figures, work.found.sorted { $0.key < $1.key }.map { $0.value.shrunk() })
        }
    }

    func go() async {
        await withTaskGroup { group in
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount {
                group.addTask { while let part = self.nextPart() { self.note(part, part.explored()) } }
            }
        }
    }

    /// The next part that is not done yet.
    private func nextPart() -> ExploredSpace.Part? {
        work.withLock { work in
            while work.next < space.parts.count {
                let part = space.parts[work.next]
                work.next += 1
                guard let figures = work.progress.done[part.name] else { return part }
                work.figures += figures
            }
            return nil
        }
    }

    private func note(_ part: ExploredSpace.Part, _ exploration: Exploration) {
        work.withLock { work in
            work.figures += exploration.figures
            for (kind, example) in exploration.found where example.size < work.found[kind]?.size ?? .max {
                if shows, work.found[kind] == nil { print("found: \(example)") }
                work.found[kind] = example
            }
            guard exploration.found.isEmpty else { return }
            // What cannot be noted is explored again.
            try? work.progress.note(part.name, exploration.figures)
            if shows { print("\(work.progress.done.count) of \(space.parts.count) transitions: \(part.name)") }
        }
    }

    /// What tells one program from another (FNV-1a).
    private static func digest(_ bytes: Data) -> String {
        String(bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }
}
