/// A change that was made, failed, and was taken back before the error came here.
struct TakenBack: Error, CustomStringConvertible {
    /// Why it failed.
    let cause: any Error

    var description: String { "\(cause); the change was put back" }
}
