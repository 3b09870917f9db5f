/// A controller that XAPI has and Open vSwitch cannot be given.
struct UnusableController: Error, Equatable, CustomStringConvertible {
    /// What is wrong: a sentence.
    let description: String
}
