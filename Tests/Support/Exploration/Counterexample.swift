package import NetConfigCore

/// A run that does what none may do.
package struct Counterexample {
    /// What is wrong with it.
    package enum Fault: Hashable, Sendable, CustomStringConvertible {
        /// A state on the way breaks an invariant.
        case breach(Invariant)
        /// The kernel or Open vSwitch refuses a step.
        case impossible
        /// The planner refuses the request.
        case refused
        /// A further run has something to do.
        case unfinished
        /// Nothing is left to be done, and yet something is missing.
        case shortfall

        package var description: String {
            switch self {
            case .breach(let invariant): invariant.rawValue
            case .impossible: "a step that cannot be done"
            case .refused: "a request that is refused"
            case .unfinished: "a run after which the next one does more"
            case .shortfall: "a run that does not do all"
            }
        }
    }

    package let fault: Fault
    package let details: String
    package let transition: Transition
    /// The state in which the run begins.
    package let start: ObservedState
    /// Its steps up to the fault.
    package let steps: [Action]

    /// Of the examples of a kind one is enough: of the same fault on the same datapath.
    package var kind: String { "\(transition.host.switching): \(fault)" }

    /// How much there is to read.
    package var size: Int { transition.host.model.pifs.count * 4 + start.links.count + steps.count }
}

extension Counterexample: CustomStringConvertible {
    package var description: String {
        "\(fault): \(details)\n  up \(transition.extent.rawValue) of \(transition.host)\n"
            + steps.map { "    \($0)\n" }.joined()
    }
}
