internal import NetConfigCore
package import SystemPackage

/// A program that could not be run, or did not end well.
package struct ChildProcessError: Error, Equatable, Sendable {
    /// What happened.
    package enum Cause: Equatable, Sendable {
        /// The program could not be started.
        case notStarted(Errno)
        /// It ended with an exit status that is not 0.
        case status(Int32)
        /// A signal of this number ended it.
        case signal(Int32)
        /// It ended, and the kernel did not tell this process how: SIGCHLD is ignored, or other code waited for it.
        case untold
        /// It still ran at its time limit, and was ended.
        case timeLimit(Duration)
        /// It printed more than this many bytes, and was ended.
        case outputLimit(Int)
    }

    /// The program's path.
    package var program: FilePath
    /// What happened.
    package var cause: Cause
    /// The last lines of its standard error output (at most three, as a message may show them); empty where it said
    /// nothing.
    package var message: String

    /// Creates an error; of `message`, the program's whole error output, the last lines are kept.
    package init(_ program: FilePath, _ cause: Cause, message: String = "") {
        self.program = program
        self.cause = cause
        let lines = message.lines().suffix(3).map { $0.shortened(to: 200).printable }
        self.message = lines.joined(separator: "; ")
    }
}

extension ChildProcessError: CustomStringConvertible {
    /// The value in words, for messages and logs.
    package var description: String {
        let what =
            switch cause {
            case .notStarted(let error): "cannot run \(program): \(error.phrase)"
            case .status(let status): "\(program) failed with exit status \(status)"
            case .signal(let number): "\(program) was killed by signal \(number)"
            case .untold: "\(program) ended with an unknown status: SIGCHLD is ignored, or other code waited for it"
            case .timeLimit(let limit): "\(program) did not exit within \(limit.inSeconds) s and was killed"
            case .outputLimit(let limit): "\(program) printed more than \(limit) bytes and was killed"
            }
        return message.isEmpty ? what : "\(what): \(message)"
    }
}

extension Duration {
    /// The duration in seconds with at most one decimal, for messages.
    package var inSeconds: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
