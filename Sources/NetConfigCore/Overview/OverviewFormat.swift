/// The forms in which an overview can be shown.
package enum OverviewFormat: String, Hashable, Sendable, CaseIterable {
    /// For a person, in 80 columns.
    case text
    /// For a program: `docs/show.schema.json` describes it.
    case json
    /// A graph for Graphviz.
    case dot
}
