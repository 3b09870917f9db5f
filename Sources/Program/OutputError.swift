/// Output that could not be written.
package struct OutputError: Error, CustomStringConvertible {
    package let description: String
}
