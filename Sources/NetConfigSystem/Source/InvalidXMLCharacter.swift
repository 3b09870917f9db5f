/// A character that XML has no place for, not even escaped.
package struct InvalidXMLCharacter: Error, Equatable, CustomStringConvertible {
    /// The character.
    var scalar: Unicode.Scalar

    /// Which character, and what is wrong with it.
    package var description: String {
        "character U+\(String(scalar.value, radix: 16, uppercase: true)) is not allowed in XML"
    }
}
