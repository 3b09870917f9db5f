/// What does not hold that must, whatever comes from outside. A test fails by it, a fuzz target ends the process.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Throws where something does not hold that must.
package func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws(BrokenPromise) {
    if !condition { throw BrokenPromise(message()) }
}
