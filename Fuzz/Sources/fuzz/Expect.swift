/// Ends the process where something does not hold that must. A `precondition` keeps its message to itself in release.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
