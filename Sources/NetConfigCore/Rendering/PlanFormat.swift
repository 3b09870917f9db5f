/// The forms in which a plan can be shown.
package enum PlanFormat: String, Hashable, Sendable, CaseIterable {
    /// For a person: an action a line.
    case text
    /// For a program: `docs/plan.schema.json` describes it.
    case json
    /// A script of commands that do the same.
    case shell
    /// A graph for Graphviz.
    case dot
}
