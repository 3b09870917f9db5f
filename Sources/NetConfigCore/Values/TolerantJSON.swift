/// What ``JSONReader/readTolerantly(_:)`` read.
package struct TolerantJSON: Equatable, Sendable {
    /// The value.
    package var value: JSON
    /// The members whose name was there before in the same object, in the order of the text. The path leads to the member.
    package var repeated: [JSONError]
}
