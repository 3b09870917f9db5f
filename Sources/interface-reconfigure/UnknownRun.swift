/// A run that is not remembered, or was forgotten since.
struct UnknownRun: Error, CustomStringConvertible {
    let number: Int

    var description: String { "no run \(number) is remembered: see `interface-reconfigure history`" }
}
