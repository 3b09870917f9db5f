/// What became of a change that had a guard, as the guard says it to the program that made the change, and to later runs.
///
/// It is said in a file and not by the guard's exit status: the guard is the program of whoever uses this library, which may
/// catch what the guard throws, and end well.
struct Ending: Equatable {
    /// What became of the change in one word.
    enum Verdict: String {
        /// All of it is as was asked for.
        case kept
        /// All of it is as before.
        case putBack = "put back"
        /// Neither, or nobody saw the end of it.
        case incomplete
    }

    /// What became of the change.
    var verdict: Verdict
    /// The same in words: a sentence a line.
    var text: String

    /// Creates what to say.
    init(_ verdict: Verdict, _ text: String) {
        self.verdict = verdict
        self.text = text
    }

    /// The verdict in a line, then the words.
    var fileText: String { "\(verdict.rawValue)\n\(text)" }

    /// Reads what was said; what has no verdict in its first line is words alone.
    init(_ fileText: String) {
        let lines = fileText.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        if lines.count == 2, let verdict = Verdict(rawValue: String(lines[0])) {
            self.init(verdict, String(lines[1]))
        } else {
            self.init(.incomplete, fileText)
        }
    }
}
