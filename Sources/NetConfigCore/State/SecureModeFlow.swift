/// A flow that keeps the host reachable: on a bridge in secure mode until its controller comes, or what makes a switch of
/// any other bridge.
package struct SecureModeFlow: Hashable, Sendable, Codable {
    /// What the flow lets through.
    package enum Kind: Hashable, Sendable, Codable {
        /// ARP requests that come in from an uplink go to the management port.
        case arpRequestsIn(uplink: DeviceName)
        /// ARP from the management port goes out of the uplink.
        case arpOut(uplink: DeviceName?)
        /// Anything from the management port with its MAC address goes out of the uplink.
        case anythingOut(uplink: DeviceName?)
        /// What comes in from an uplink to the management MAC address goes to the management port.
        case anythingIn(uplink: DeviceName)
        /// Everything goes where a switch sends it (`NORMAL`).
        case everything
    }

    /// The port of a management interface that is a VLAN. The tag of a port means nothing to flows: they match on it,
    /// take it off and put it on themselves.
    package struct Access: Hashable, Sendable, Codable {
        /// The fake bridge.
        package var port: DeviceName
        /// The VLAN's tag.
        package var tag: UInt16

        /// Creates a port.
        package init(_ port: DeviceName, tag: UInt16) {
            self.port = port
            self.tag = tag
        }
    }

    /// What the flow lets through. An uplink of `nil` stands for `NORMAL`: a bond, whose slaves the switch chooses among.
    package var kind: Kind
    /// The management bridge's MAC address; `nil` for what is about no address.
    package var mac: MACAddress?
    /// Where the management interface is a VLAN; `nil`: it is the bridge's own port.
    package var access: Access?

    /// Creates a flow.
    package init(_ kind: Kind, mac: MACAddress?, access: Access? = nil) {
        self.kind = kind
        self.mac = mac
        self.access = access
    }

    /// The only flow of a bridge that is not secure and has no controller. ovs-vswitchd adds it when it makes the bridge, and
    /// not again where it was deleted.
    static let normal = SecureModeFlow(.everything, mac: nil)

    /// Whether two flows match the same packets: an ARP request is for everybody, whatever the address.
    package static func == (one: SecureModeFlow, other: SecureModeFlow) -> Bool {
        one.kind == other.kind && one.access == other.access && one.matchedMAC == other.matchedMAC
    }

    /// Hashes what ``==(_:_:)`` compares.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(access)
        hasher.combine(matchedMAC)
    }

    private var matchedMAC: MACAddress? {
        switch kind {
        case .arpRequestsIn, .everything: nil
        case .arpOut, .anythingOut, .anythingIn: mac
        }
    }

    /// The address as flows have it.
    var address: String { mac?.description ?? "" }

    /// What a management port needs over these uplinks: four flows with one uplink, and two more with each further one.
    package static func forManagement(
        over uplinks: [DeviceName], mac: MACAddress, access: Access? = nil
    ) -> [SecureModeFlow] {
        let out = uplinks.count == 1 ? uplinks[0] : nil
        let kinds: [Kind] =
            uplinks.map { .arpRequestsIn(uplink: $0) } + [.arpOut(uplink: out), .anythingOut(uplink: out)]
            + uplinks.map { .anythingIn(uplink: $0) }
        return kinds.map { SecureModeFlow($0, mac: mac, access: access) }
    }

    /// The ports that the flow names, but the bridge's own.
    package var ports: [DeviceName] {
        let uplink: DeviceName? =
            switch kind {
            case .arpRequestsIn(let uplink), .anythingIn(let uplink): uplink
            case .arpOut(let uplink), .anythingOut(let uplink): uplink
            case .everything: nil
            }
        return [uplink, access?.port].compactMap { $0 }
    }

    /// Match and actions in the syntax of `ovs-ofctl(8)`; `number` gives a port's OpenFlow number.
    ///
    /// With a tag the match is narrower than one without: where both are there, it goes first.
    package func openflow<Failure>(
        _ number: (DeviceName) throws(Failure) -> String
    ) throws(Failure) -> (match: String, actions: String) {
        let local = try access.map { port throws(Failure) in try number(port.port) } ?? "local"
        let tag = access.map { ",dl_vlan=\($0.tag)" } ?? ""
        let inwards = access == nil ? "local" : "strip_vlan,output:\(local)"
        func outwards(_ uplink: DeviceName?) throws(Failure) -> String {
            // The switch knows its ports' tags.
            guard let uplink else { return "NORMAL" }
            return (access.map { "mod_vlan_vid:\($0.tag)," } ?? "") + "output:" + (try number(uplink))
        }
        let (match, actions): (String, String) =
            switch kind {
            case .everything: ("", "NORMAL")
            case .arpRequestsIn(let uplink): ("in_port=\(try number(uplink))\(tag),arp,arp_op=1", inwards)
            case .arpOut(let uplink): ("in_port=\(local),arp,dl_src=\(address)", try outwards(uplink))
            case .anythingOut(let uplink): ("in_port=\(local),dl_src=\(address)", try outwards(uplink))
            case .anythingIn(let uplink): ("in_port=\(try number(uplink))\(tag),dl_dst=\(address)", inwards)
            }
        let priority = "priority=\(access == nil ? 0 : 1)"
        return (match.isEmpty ? priority : "\(priority),\(match)", actions)
    }
}
