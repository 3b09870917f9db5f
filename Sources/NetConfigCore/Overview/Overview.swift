/// A host's network as its records describe it, beside what is there: what `show` shows.
public struct Overview: Equatable, Sendable {
    /// Where the records came from: the cache's path, or XAPI.
    public var source: String
    /// What switches the host's frames.
    public var datapath: Datapath
    /// What keeps the picture from being complete, such as an Open vSwitch that does not run.
    public var remarks: [String]
    /// The networks of this host that stand on a card, a bond or nothing, with all that belongs to them; the management
    /// network first.
    public var nodes: [Node]

    /// Creates an overview.
    package init(source: String, datapath: Datapath, remarks: [String] = [], nodes: [Node] = []) {
        self.source = source
        self.datapath = datapath
        self.remarks = remarks
        self.nodes = nodes
    }

    /// A network, or a device that belongs to one.
    public struct Node: Equatable, Sendable {
        /// What it is.
        public enum Kind: String, Sendable {
            /// A network on a card, a bond or a tunnel: its bridge, or the device of a bridgeless PIF.
            case network
            /// A VLAN's network, on top of another one.
            case vlan
            /// A bond.
            case bond
            /// A network card.
            case card
            /// A bridge that no PIF of this host is on.
            case other
        }

        /// How it compares.
        public enum State: String, Sendable {
            /// All is there as it is configured.
            case right
            /// Something differs.
            case drift
            /// It is not attached, and need not be there.
            case detached
            /// XAPI does not manage it: nothing is done about it.
            case unmanaged
        }

        /// What it is.
        public var kind: Kind
        /// The device's name.
        public var name: String
        /// What there is to say about it in a few words.
        public var title: String
        /// A VLAN's tag.
        public var tag: UInt16?
        /// Whether it is the host's management network.
        public var isManagement = false
        /// How it compares.
        public var state: State
        /// Its settings, configured beside actual.
        public var settings: [Comparison]
        /// What its records say and this program does not heed, as a clause each.
        public var ignored: [String]
        /// What belongs to it.
        public var children: [Node]
        /// The virtual machines on it.
        package var guests: [Guest] = []
    }

    /// A setting: what the records ask for, and what there is.
    public struct Comparison: Equatable, Sendable {
        /// The setting's name.
        public var name: String
        /// What the records ask for; `nil` where they leave it open.
        public var configured: Value?
        /// What there is; `nil` where nothing is, or it is unknown.
        public var actual: Value?
        /// Where the configured value came from.
        public var origin: Origin?
        /// Whether a reader wants to see it although it is right.
        public var isEssential: Bool
        /// Whether it is not as it should be.
        public var isDrift: Bool
    }
}

extension Overview.Node {
    /// How many settings differ, of its own.
    public var differences: Int { settings.count(where: \.isDrift) }

    /// Whether it, or something that belongs to it, is not as it should be. The management network should be attached; of
    /// the others nothing says so.
    public var hasDrift: Bool {
        state == .drift || isManagement && state == .detached || children.contains(where: \.hasDrift)
    }

    /// Whether it is, or carries, the management network, and that is not attached.
    var isMissingManagement: Bool {
        isManagement && state == .detached || children.contains(where: \.isMissingManagement)
    }

    /// The VLANs on it, by tag.
    var vlans: [Overview.Node] { children.filter { $0.kind == .vlan } }
}

/// Virtual machines.
extension Overview {
    /// The domains of the virtual machines on any of its networks.
    package var domains: Set<Int> { Set(nodes.flatMap(\.domains)) }

    /// Names virtual machines.
    package mutating func nameGuests(_ names: [Int: String]) {
        for index in nodes.indices { nodes[index].nameGuests(names) }
    }
}

extension Overview.Node {
    fileprivate var domains: [Int] { guests.map(\.domain) + children.flatMap(\.domains) }

    fileprivate mutating func nameGuests(_ names: [Int: String]) {
        guests = guests.named(names)
        for index in children.indices { children[index].nameGuests(names) }
    }
}
