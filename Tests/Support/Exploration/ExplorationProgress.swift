import Foundation

/// What an exploration has behind it, in a file: the figures of each transition in which nothing was found. What was found is
/// looked for again. A line that was cut short counts for nothing.
package struct ExplorationProgress {
    private let path: String
    /// The figures of the transitions that are done, by what they are called.
    package private(set) var done: [String: Exploration.Figures] = [:]

    /// Reads a file that an earlier exploration has left, if that was by the same program; otherwise begins a new one.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - program: What tells programs apart: what another one found out says nothing about this one.
    /// - Throws: An error of the file system.
    package init(path: String, program: String) throws {
        self.path = path
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "explored by \(program)" else {
            let directory = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try "explored by \(program)\n".write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let isWhole = lines.removeLast().isEmpty
        if !isWhole { try lines.map { "\($0)\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8) }
        for line in lines.dropFirst() {
            let parts = line.split(separator: "\t")
            let numbers = parts.dropFirst().compactMap { Int($0) }
            guard numbers.count == 3 else { continue }
            var figures = Exploration.Figures()
            (figures.runs, figures.steps, figures.deaths) = (numbers[0], numbers[1], numbers[2])
            done[String(parts[0])] = figures
        }
    }

    /// Notes that a transition is done.
    package mutating func note(_ name: String, _ figures: Exploration.Figures) throws {
        done[name] = figures
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(name)\t\(figures.runs)\t\(figures.steps)\t\(figures.deaths)\n".utf8))
        try file.close()
    }
}
