internal import Glibc
package import SystemPackage

/// How C functions that set `errno` are called.
extension Errno {
    /// Why the last C function failed. What is freed between the call and this does not change it (glibc 2.33, POSIX.1-2024).
    package static var last: Errno { Errno(rawValue: errno) }

    /// Calls a C function that returns -1 and sets `errno` on failure; again when a signal interrupted it.
    @discardableResult
    package static func check<Result: FixedWidthInteger>(_ call: () -> Result) throws(Errno) -> Result {
        while true {
            let result = call()
            guard result == -1 else { return result }
            let error = last
            guard error == .interrupted else { throw error }
        }
    }

    /// The C library's words for it in lower case, as the end of a sentence.
    package var phrase: String {
        let text = description
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
