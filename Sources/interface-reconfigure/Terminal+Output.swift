import Glibc
import NetConfig
import Program

/// What a terminal shows differently from a file.
extension Terminal {
    /// Colours for standard output: on a terminal that has them, and where nobody asked to be spared (`NO_COLOR`).
    static var paint: Paint {
        Paint(isOn: isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb")
    }

    /// Shows a line that the next one replaces, and `nil` takes away; `nil` where standard error is no terminal.
    static var passingLine: ((String?) -> Void)? {
        guard isatty(STDERR_FILENO) == 1, variable("TERM") != "dumb" else { return nil }
        return { line in
            // Back to the first column, and the rest of the line erased; a line that is too long could not be replaced.
            StandardError.write("\r\u{1B}[K\(line?.prefix(79) ?? "")", end: "")
        }
    }

    /// An environment variable that is set to something.
    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
