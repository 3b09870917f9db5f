import Foundation

/// How much of what could be tried a test tries.
enum TestLength {
    /// Everything, which takes hours: `make reliability` sets this. Otherwise a choice that shows the same in minutes.
    static let isFull = ProcessInfo.processInfo.environment["FULL_LENGTH"] != nil
}
