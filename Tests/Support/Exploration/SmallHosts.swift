package import NetConfigCore

/// All configurations of a host with so many cards and VLANs at most. A VLAN is there only where the ones before it are: which
/// tag one has makes no difference.
package struct SmallHosts: Sendable {
    /// How many cards the host has.
    package var cards: Int
    /// How many VLANs it has at most.
    package var vlans: Int

    /// What the tests of the walk itself explore.
    package static let brief = SmallHosts(cards: 2, vlans: 0)
    /// What continuous integration explores.
    package static let usual = SmallHosts(cards: 2, vlans: 2)
    /// What is explored by hand.
    package static let deep = SmallHosts(cards: 3, vlans: 3)

    package init(cards: Int, vlans: Int) { (self.cards, self.vlans) = (cards, vlans) }

    /// Every configuration: each choice of cards for a bond, each place of each VLAN, each management interface.
    package func all(_ switching: SmallHost.Switching, isLeased: Bool = false) -> [SmallHost] {
        bonds.flatMap { bonded in
            let bare = SmallHost(
                cards: cards, bonded: bonded, vlans: [], management: .untagged(.bond), switching: switching,
                isLeased: isLeased)
            return places(over: bare.bases).flatMap { places in
                var host = bare
                host.vlans = places
                let tagged = places.indices.filter { places[$0] != nil }.map { SmallHost.Management.vlan($0) }
                return (bare.bases.map { .untagged($0) } + tagged).map { management in
                    host.management = management
                    return host
                }
            }
        }
    }

    /// The cards of each possible bond, none first.
    private var bonds: [[Int]] {
        let choices = (0..<(1 << cards)).map { bits in (0..<cards).filter { bits >> $0 & 1 == 1 } }
        return [[]] + choices.filter { $0.count > 1 }
    }

    /// Each choice of what each VLAN stands on, or that there is none.
    private func places(over bases: [SmallHost.Base]) -> [[SmallHost.Base?]] {
        (0..<vlans).reduce([[]]) { found, _ in
            found.flatMap { start in (start.last == .some(nil) ? [nil] : [nil] + bases).map { start + [$0] } }
        }
    }
}

extension SmallHosts {
    /// The states in which hosts are found, each once: right, after each step of the way there, and touched by others.
    ///
    /// - Parameters:
    ///   - hosts: The hosts.
    ///   - isWhole: Whether touches are among them that the planner is known not to put right yet.
    /// - Returns: The states.
    package static func states(of hosts: [SmallHost], isWhole: Bool) -> [ObservedState] {
        var seen: Set<Int> = []
        return hosts.flatMap { host -> [ObservedState] in
            let way = [host.bare] + Transition(to: host, .all).states(from: host.bare)
            let touched = ForeignTouch.all(on: way[way.count - 1], cards: host.cards, vlans: host.vlans.count)
                .filter { isWhole || !$0.isOpen }
            return (way + touched.map(\.state)).filter { seen.insert($0.explorationKey).inserted }
        }
    }
}
