import ArgumentParser
import NetConfigTestSupport
import Testing

@testable import interface_reconfigure

/// What reads a command line in order, held against the parser that has the last word.
@Suite("options of a well-formed command line")
struct WellFormedOptionsTests {
    private static let values = ["eth0", "", "up", "a=b", "=", "-1", "--", "--pif", "-v", "ü", "xenbr0", "5"]
    private static let words =
        [
            "up", "show", "7", "", "-", "--", "-h", "-v", "-vv", "-x", "-v=1", "--help", "--version", "--nothing",
            "---live",
        ]

    private static func spellings() -> [(name: String, takesValue: Bool)] {
        LongOption.all.flatMap { option in
            (option.names + [option.foreignName].compactMap(\.self)).map { ($0, option.takesValue) }
        }
    }

    @Test func `each is one of the parser's, and each of the parser's is there`() {
        // "  -v, --verbose   What it is for": what begins a line in the list of options.
        let lines = Options.helpMessage(columns: 1000).split(separator: "\n").filter { $0.hasPrefix("  -") }
        let parsed = lines.flatMap { $0.split { " ,/".contains($0) }.prefix { $0.hasPrefix("-") } }
            .filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
        #expect(parsed.sorted() == (Self.spellings().map(\.name) + ["help", "version"]).sorted())
    }

    @Test func `each sets what the parser sets`() throws {
        for (name, takesValue) in Self.spellings() {
            let forms = takesValue ? [["--\(name)", "5"], ["--\(name)=a=b"]] : [["--\(name)"]]
            for form in forms {
                let options = try #require(Options(wellFormed: ["up"] + form))
                #expect("\(options)" == "\(try Options.parse(["up"] + form))", "\(form)")
                #expect("\(options)" != "\(try Options.parse(["up"]))", "\(form) sets nothing")
            }
        }
    }

    @Test(arguments: TestLength.seeds)
    func `a command line is read as the parser reads it, or left to the parser`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (read, left) = (0, 0)
        for _ in 0..<20 {
            let arguments = (0..<Int.random(in: 0...5, using: &random)).flatMap { _ -> [String] in
                let (name, takesValue) = random.one(of: Self.spellings())
                let value = random.one(of: Self.values)
                switch Int.random(in: 0..<8, using: &random) {
                case 0: return [random.one(of: Self.words)]
                case 1: return ["--\(name)"]
                case 2: return ["--\(name)=\(value)"]
                case 3: return ["--\(name)", value]
                default: return takesValue ? ["--\(name)", "value"] : ["--\(name)"]
                }
            }
            guard let options = Options(wellFormed: arguments) else {
                left += 1
                continue
            }
            read += 1
            #expect("\(options)" == "\(try Options.parse(arguments))", "\(arguments)")
        }
        #expect(read > 0 && left > 0)
    }
}
