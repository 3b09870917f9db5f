/// A controller in XAPI's records that Open vSwitch cannot use.
struct UnusableController: Error, Equatable, CustomStringConvertible {
    /// What is wrong: a sentence.
    let description: String
}
