internal import NetConfigCore

/// The name of a virtual machine, which can be any text.
enum GuestName {
    /// The name as far as it is shown: it may be of any length.
    static func shown(_ name: String) -> String { name.shortened(to: 200) }
}
