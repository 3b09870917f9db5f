import Glibc
import NetConfig
import NetConfigCore
import Program

/// What a terminal shows differently from a file.
extension Terminal {
    /// Colours for standard output: on a terminal that has them, unless the user has asked to be spared (`NO_COLOR`).
    static var paint: Paint {
        Paint(isOn: isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb")
    }

    /// Writes text for a person to standard output; on a terminal, lines that are too long are broken between words.
    static func show(_ text: String) throws {
        try StandardOutput.write(isatty(STDOUT_FILENO) == 1 ? folded(text, to: columns) : text)
    }

    /// The columns of the terminal on standard output; a serial console most often does not know.
    private static var columns: Int {
        // Rows, columns, and two that are unused (`ioctl_tty(2)`).
        var size = [UInt16](repeating: 0, count: 4)
        _ = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        return size[1] > 0 ? Int(size[1]) : 80
    }

    private static func folded(_ text: String, to width: Int) -> String {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { fold($0, to: width) }.joined(separator: "\n")
    }

    /// A line in pieces; those after the first are indented more.
    private static func fold(_ line: Substring.UTF8View, to width: Int) -> String {
        let indentation = line.prefix { $0 == UInt8(ascii: " ") }.count
        var (folded, column, start) = ("", 0, indentation)
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map(Substring.init)
        for (index, word) in words.enumerated() {
            let length = visibleLength(word)
            if column > start, column + 1 + length > width {
                start = indentation + 4
                folded += "\n" + String(repeating: " ", count: start)
                column = start
            } else if index > 0 {
                folded += " "
                column += 1
            }
            folded += word
            column += length
        }
        return folded
    }

    /// How many characters are seen: not those of a command that changes the colour, which ends with an `m`.
    private static func visibleLength(_ word: Substring) -> Int {
        var (length, isCommand) = (0, false)
        for scalar in word.unicodeScalars {
            if isCommand {
                isCommand = scalar != "m"
            } else if scalar == "\u{1B}" {
                isCommand = true
            } else if scalar.properties.generalCategory != .nonspacingMark {
                length += 1
            }
        }
        return length
    }

    /// Shows what a run waits for, with the seconds, in a line that goes when the wait is over.
    static var waits: @Sendable (RunEvent) -> Void {
        guard isatty(STDERR_FILENO) == 1, variable("TERM") != "dumb" else { return { _ in } }
        // Back to the first column, and the rest of the line erased; a line that is too long could not be replaced.
        @Sendable func show(_ line: String) { StandardError.writePassing(line, after: "\r\u{1B}[K") }
        return { event in
            switch event {
            case .waiting(let wait): show(String("\(wait)".printable.prefix(79)))
            case .waited: show("")
            default: break
            }
        }
    }

    /// An environment variable that is set to something.
    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
