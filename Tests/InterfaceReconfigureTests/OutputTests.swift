import NetConfigSystem
import SystemPackage
import Testing

/// What becomes of the program's output: on a terminal, and where it cannot be written.
@Suite("output")
struct OutputTests {
    private static let broken = "\(Program.testdata)/cache/broken/many-at-once.xml"

    /// What a shell's command line writes to standard output; `$program` is the program, `$cache` a broken cache.
    private func shell(_ command: String) throws -> String {
        let words = ["-c", "program=$1 cache=$2; \(command); :", "sh", Program.path, Self.broken]
        return try ChildProcess("/bin/sh", words).run(timeLimit: .seconds(30)).standardOutput
    }

    /// What a terminal of so many columns gets to see of `check`.
    private func onTerminal(columns: Int, _ environment: String = "TERM=xterm") throws -> [Substring] {
        let command = "stty cols \(columns); $program check --root-prefix . --cache $cache"
        let shown = try shell(
            "export program cache \(environment); script --quiet --command '\(command)' /dev/null")
        return shown.split(separator: "\r\n")
    }

    private func withoutColours(_ text: some StringProtocol) -> String {
        String(text).replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }

    @Test(arguments: [(100, 100), (0, 80)])
    func `on a terminal long lines are broken between words; one that does not know its width has 80 columns`(
        _ columns: Int, _ width: Int
    ) throws {
        let lines = try onTerminal(columns: columns).map(withoutColours)
        // The cache's name may be longer than the terminal is wide.
        let long = lines.filter { $0.count > width && $0.contains(" ") && !$0.hasPrefix("/") }
        #expect(lines.count > 20 && long.isEmpty, "\(long)")
        let plain = try shell("$program check --root-prefix . --cache $cache")
        #expect(lines.joined(separator: " ").split(separator: " ") == plain.split { " \n".contains($0) })
    }

    @Test(arguments: [("TERM=xterm", true), ("TERM=xterm NO_COLOR=1", false), ("TERM=dumb", false)])
    func `only a terminal gets colours, and only where the environment does not refuse them`(
        _ environment: String, _ hasColours: Bool
    ) throws {
        let shown = try onTerminal(columns: 80, environment).joined()
        #expect(shown.contains("7 errors") && shown.contains("\u{1B}") == hasColours)
        let plain = try shell("\(environment) $program check --root-prefix . --cache $cache")
        #expect(plain.contains("7 errors") && !plain.contains("\u{1B}"))
    }

    @Test
    func `that cannot be written is an error`() throws {
        let shown = try shell("$program check --root-prefix . --cache $cache 2>&1 >/dev/full; echo $?")
        #expect(shown == "error: cannot write to standard output: no space left on device\n1\n")
        let help = try shell("$program --help 2>&1 >/dev/full; echo $?")
        #expect(help == "interface-reconfigure: cannot write to standard output: no space left on device\n1\n")
    }
}
