/// What was asked for could not be shown.
package struct OutputError: Error, CustomStringConvertible {
    package let description: String
}
