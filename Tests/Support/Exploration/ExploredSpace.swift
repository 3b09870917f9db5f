package import NetConfigCore

/// All that is explored: every pair of configurations, on both datapaths.
package struct ExploredSpace: Sendable {
    /// A transition, and where it begins.
    package struct Part: Sendable {
        package let transition: Transition
        package let starts: [ObservedState]

        /// What it is called, as no other one is.
        package var name: String { "up \(transition.extent) of \(transition.host)" }

        /// Explores it.
        package func explored() -> Exploration {
            var exploration = Exploration(transition)
            for start in starts { exploration.explore(start) }
            return exploration
        }
    }

    package private(set) var parts: [Part] = []
    /// How many configurations there are.
    package private(set) var configurations = 0
    /// How many states there are in which transitions begin.
    package private(set) var starts = 0
    /// How many pairs of configurations, each by what is asked for.
    package private(set) var transitions = 0

    /// What the tests of the walk itself have time for.
    package static let brief = ExploredSpace(.brief, [.bridge, .secure], isWhole: false)

    /// What continuous integration has time for. Of two pairs of which one has the cards exchanged it is one; Open vSwitch's
    /// bridges are secure, which takes all that others take and flows; an address is leased where there is no VLAN; and what
    /// is half done or was touched by others is met by a boot, while the management interface moves from what is right.
    package static let usual = ExploredSpace(.usual, [.bridge, .secure], isWhole: false)

    /// All of that, in minutes.
    package static let whole = ExploredSpace(.usual, SmallHost.Switching.allCases, isWhole: true)

    /// One card and one VLAN more, for hours.
    package static let deep = ExploredSpace(.deep, SmallHost.Switching.allCases, isWhole: true)

    /// The space of this name; `nil` where there is none.
    package init?(named name: String) {
        switch name {
        case "brief": self = .brief
        case "usual": self = .usual
        case "whole": self = .whole
        case "deep": self = .deep
        default: return nil
        }
    }

    package init(_ bound: SmallHosts, _ switchings: [SmallHost.Switching], isWhole: Bool) {
        for switching in switchings {
            let leased = bound.all(switching, isLeased: true).filter { isWhole || $0.vlans.allSatisfy { $0 == nil } }
            let hosts = bound.all(switching) + leased
            let all = SmallHosts.states(of: hosts, isWhole: isWhole)
            let right = hosts.map { Transition(to: $0, .all).end(from: $0.bare) }
            configurations += hosts.count
            starts += all.count
            var met: Set<SmallHost> = []
            for host in hosts where isWhole || !met.contains(host.mirrored) {
                met.insert(host)
                for extent in Transition.Extent.allCases {
                    transitions += hosts.count
                    let starts = isWhole || extent == .all ? all : right
                    parts.append(Part(transition: Transition(to: host, extent), starts: starts))
                }
            }
        }
    }
}
