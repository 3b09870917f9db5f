package import Foundation
import NetConfigCore
import NetConfigSystem

extension Counterexample {
    /// The files of a golden case, all but the plan, which a person reads first.
    package func goldenCase() throws -> [(name: String, contents: Data)] {
        let (model, host) = (transition.model, transition.host)
        let asked = transition.requests.compactMap { model.pifs[$0.pif].flatMap(model.ipDevice) }
        let former = transition.facts.formerDevices.filter { start.links[$0] != nil }
        let lines =
            asked.map { "up \($0)" } + ["datapath \(host.switching.datapath)"] + former.sorted().map { "former \($0)" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return [
            ("network.dbcache", Data(try CacheWriter.bytes(of: model))),
            ("observed.json", try encoder.encode(start) + Data("\n".utf8)),
            ("request", Data((lines.joined(separator: "\n") + "\n").utf8)),
        ]
    }

    /// Writes the files into a directory.
    package func writeGoldenCase(to directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, contents) in try goldenCase() { try contents.write(to: directory.appending(path: name)) }
    }
}
