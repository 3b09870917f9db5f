import Glibc
import NetConfig

/// The terminal that the program may run on.
enum Terminal {
    /// Colours for standard output: on a terminal that has them, and where nobody asked to be spared (`NO_COLOR`).
    static var paint: Paint {
        Paint(isOn: isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb")
    }

    /// An environment variable that is set to something.
    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
