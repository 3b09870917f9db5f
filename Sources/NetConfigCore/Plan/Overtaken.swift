/// An action was refused, and nothing changed, because what it starts from is no longer there: others changed it since it
/// was looked at. A plan from what is there now may succeed.
package struct Overtaken: Error, CustomStringConvertible {
    /// What was found.
    package var description: String { "\(cause)" }
    /// The error that said so.
    package let cause: any Error

    /// Creates an error from what was found.
    package init(_ cause: any Error) { self.cause = cause }
}
