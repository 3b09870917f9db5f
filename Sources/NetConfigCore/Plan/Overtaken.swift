/// An action was refused without changing anything, because other programs had changed its starting point since it was
/// observed. A new plan may succeed.
package struct Overtaken: Error, CustomStringConvertible {
    /// What was found.
    package var description: String { "\(cause)" }
    /// The error that said so.
    package let cause: any Error

    /// Creates an error from what was found.
    package init(_ cause: any Error) { self.cause = cause }
}
