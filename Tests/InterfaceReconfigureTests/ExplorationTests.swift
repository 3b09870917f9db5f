import Foundation
import NetConfigSystem
import SystemPackage
import Testing

/// `netconfig-explore`, which goes through every transition between the configurations of a small host.
@Suite("exploring every transition of a small host")
struct ExplorationTests {
    private static let program = URL(fileURLWithPath: Program.path).deletingLastPathComponent()
        .appendingPathComponent("netconfig-explore").path

    @Test func `finds no fault, and leaves no configuration out`() throws {
        let directory = Self.newDirectory
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let line = try lastLine(of: "usual", in: directory)
        print("explored: \(line)")
        let figures = try Self.figures(line)
        #expect(figures.prefix(2).elementsEqual([66, 2640]), "configurations and transitions: \(line)")
        #expect(figures[3] > 100_000 && figures[5] > 100_000, "runs and deaths: \(line)")
    }

    @Test func `goes on where it was ended, to the same figures`() throws {
        let (one, other) = (Self.newDirectory, Self.newDirectory)
        defer { for directory in [one, other] { try? FileManager.default.removeItem(atPath: directory) } }
        let whole = try Self.figures(lastLine(of: "brief", in: one))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = [other, "brief"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, Self.progress(in: other) < 3 { usleep(1000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let done = Self.progress(in: other)
        #expect(done >= 3, "nothing was noted")
        #expect(try Self.figures(lastLine(of: "brief", in: other)).prefix(6).elementsEqual(whole.prefix(6)))
        #expect(Self.progress(in: other) > done, "there was nothing left to go on with")
    }

    private static var newDirectory: String { NSTemporaryDirectory() + "explore-\(UUID().uuidString)" }

    private func lastLine(of space: String, in directory: String) throws -> String {
        let output = try ChildProcess(FilePath(Self.program), [directory, space]).run(timeLimit: .seconds(600))
            .standardOutput
        return String(try #require(output.split(separator: "\n").last))
    }

    /// The numbers in a line.
    private static func figures(_ line: String) throws -> [Int] {
        let numbers = line.split { !$0.isNumber }.compactMap { Int($0) }
        try #require(numbers.count > 6, "\(line)")
        return numbers
    }

    /// How many lines the file has that notes what is done.
    private static func progress(in directory: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasPrefix("progress") }.reduce(0) { sum, name in
            let text = try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
            return sum + (text?.split(separator: "\n").count ?? 0)
        }
    }
}
