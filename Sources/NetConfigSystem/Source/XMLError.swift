package import NetConfigCore

/// Why a text is not the XML that was expected.
package struct XMLError: Error, Equatable {
    /// What is wrong, as a clause, often libxml2's.
    package var message: String
    /// Where libxml2 noticed it.
    package var position: ModelError.Position
}
