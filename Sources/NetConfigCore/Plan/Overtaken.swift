/// An action was refused, and nothing changed, because what it starts from is no longer there: others changed it since it
/// was looked at. A plan from what is there now may succeed.
public struct Overtaken: Error, CustomStringConvertible {
    /// What was found.
    public let description: String

    /// Creates an error from what was found.
    public init(_ cause: any Error) { description = "\(cause)" }
}
