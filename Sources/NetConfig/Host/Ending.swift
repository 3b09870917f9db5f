internal import NetConfigCore

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
        /// Neither, or the guard was killed before it could tell.
        case incomplete
    }

    /// What became of the change.
    var verdict: Verdict
    /// What became of the host, where the change is not kept.
    var outcome: RunFailure.Outcome { verdict == .putBack ? .notConfirmed : .incomplete }
    /// The same in words: one sentence per line.
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
        if let (first, rest) = fileText.halves(at: "\n"), let verdict = Verdict(rawValue: String(first)) {
            self.init(verdict, String(rest))
        } else {
            self.init(.incomplete, fileText)
        }
    }
}
