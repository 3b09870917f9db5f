package import NetConfigCore

/// Explores a transition from every state that is given: plans it, carries out step after step on the model of the kernel, and
/// after each has the program die and run again.
///
/// Where a run leads to a state from which the next one does the rest of the same steps, the two go on alike: that rest is
/// looked at once. So is each state, however it came about: what is explored holds for any number of deaths.
package struct Exploration {
    /// What was tried.
    package struct Figures: Equatable, Sendable {
        /// States from which a run was planned.
        package var runs = 0
        /// Steps of these plans.
        package var steps = 0
        /// Steps after which the program died and the next run was looked at.
        package var deaths = 0

        package init() {}

        package static func += (sum: inout Figures, other: Figures) {
            sum.runs += other.runs
            sum.steps += other.steps
            sum.deaths += other.deaths
        }
    }

    package private(set) var figures = Figures()
    /// The smallest of each kind that were found.
    package private(set) var found: [String: Counterexample] = [:]
    private let transition: Transition
    private let goal: Goal
    /// The states that were looked at, and what is planned from them. Of both it is the hash that is kept: two of some 10,000
    /// states are taken for one with a chance of one in 10^11.
    private var plans: [Int: Int] = [:]
    private let plan: (Transition, ObservedState) -> JointPlan

    /// Starts; a test gives a planner that is wrong.
    package init(
        _ transition: Transition, plan: @escaping (Transition, ObservedState) -> JointPlan = { $0.plan(from: $1) }
    ) {
        self.transition = transition
        self.plan = plan
        goal = transition.goal
    }

    /// Explores the transition from a state, and returns the hash of what is planned from it.
    @discardableResult
    package mutating func explore(_ start: ObservedState) -> Int { explore(start, breaches: nil) }

    /// The same with the breaches that there are in the state, where they are known.
    private mutating func explore(_ start: ObservedState, breaches: Set<Invariant.Breach>?) -> Int {
        let key = start.explorationKey
        if let known = plans[key] { return known }
        let joint = plan(transition, start)
        let steps = joint.plan.steps
        // What is still to be done before each step.
        var rests = [Self.nothing]
        for step in steps.reversed() { rests.append(Self.hash(step.action, before: rests[rests.count - 1])) }
        rests.reverse()
        plans[key] = rests[0]
        figures.runs += 1
        figures.steps += steps.count
        if let refusal = joint.refusals.first { report(.refused, "\(refusal)", start, steps, 0) }
        let management = goal.management
        let before = breaches ?? Invariant.breaches(in: start, managedOver: management)
        if steps.isEmpty {
            for breach in before { report(.breach(breach.invariant), breach.subject, start, steps, 0) }
            if let shortfall = goal.shortfall(in: start) { report(.shortfall, shortfall, start, steps, 0) }
        }
        var state = start
        for (number, step) in steps.enumerated() {
            if let refusal = state.refusal(of: step.action) {
                report(.impossible, "\(step.action): \(refusal)", start, steps, number + 1)
            }
            state.happen(step.action)
            let after = state.seen
            let breaches = Invariant.breaches(in: after, managedOver: management)
            for breach in breaches.subtracting(before)
            where !breach.isEnded(by: steps.dropFirst(number + 1).first?.action, after: step.action) {
                report(.breach(breach.invariant), breach.subject, start, steps, number + 1)
            }
            figures.deaths += 1
            let next = explore(after, breaches: breaches)
            if number == steps.count - 1, next != Self.nothing {
                let more = plan(transition, after).plan.steps.map { "\($0.action)" }.joined(separator: "; ")
                report(.unfinished, more, start, steps, number + 1)
            }
            if next == rests[number + 1] { break }
        }
        return rests[0]
    }

    /// The hash of an empty plan.
    private static let nothing = 0

    private static func hash(_ action: Action, before rest: Int) -> Int {
        var hasher = Hasher()
        hasher.combine(action)
        hasher.combine(rest)
        return hasher.finalize()
    }

    private mutating func report(
        _ fault: Counterexample.Fault, _ details: String, _ start: ObservedState, _ steps: [Step], _ count: Int
    ) {
        let example = Counterexample(
            fault: fault, details: details, transition: transition, start: start,
            steps: Array(steps.prefix(count).map(\.action)))
        if let other = found[example.kind], other.size <= example.size { return }
        found[example.kind] = example
    }
}

extension Invariant.Breach {
    /// Whether the next action ends it, and could not come first: Open vSwitch forgets all flows of a bridge that becomes
    /// secure.
    fileprivate func isEnded(by next: Action?, after action: Action) -> Bool {
        guard invariant == .flows, case .changeVswitch = action, case .addFlows(subject, _) = next else { return false }
        return true
    }
}

extension ObservedState {
    /// A hash of all that the planner and the model of the kernel read here.
    var explorationKey: Int {
        var hasher = Hasher()
        hasher.combine(links)
        hasher.combine(vswitch)
        hasher.combine(dhcpClients)
        hasher.combine(files)
        hasher.combine(otherRoutes)
        return hasher.finalize()
    }
}
