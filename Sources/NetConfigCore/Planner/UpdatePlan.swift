/// A plan, and what XAPI is told about it.
package struct UpdatePlan: Equatable, Sendable {
    /// The steps; none where everything already is right.
    package var plan: Plan
    /// What is changed: a sentence for each thing.
    package var sentences: [String]

    /// All that XAPI is told.
    package var answer: String { sentences.isEmpty ? Self.nothing : sentences.joined(separator: " ") }

    /// What XAPI is told where nothing is changed.
    package static let nothing = "No change to configuration"
}
