/// Why a request cannot be planned. Nothing has been changed.
public struct PlanError: Error, Equatable, Sendable {
    /// The PIF that was asked for; `nil` where there is none of the name.
    public var pif: Ref<PIF>?
    /// The rule that the request violates.
    public var rule: Rule

    /// Creates an error about a requested PIF.
    package init(_ pif: PIF, _ rule: Rule) { self.init(pif.ref, rule) }

    /// Creates an error about a requested PIF, by its reference.
    package init(_ pif: Ref<PIF>?, _ rule: Rule) {
        self.pif = pif
        self.rule = rule
    }
}

extension PlanError {
    /// The reasons to refuse a request, a case per rule. PIFs are named as in messages.
    public enum Rule: Equatable, Sendable {
        /// The records have no such PIF.
        case unknown
        /// The records have no PIF of the name.
        case unknownName(UnknownBridge)
        /// The observed state lacks something that the planner needs: it was observed for another request.
        case notObserved(String)
        /// XAPI was told not to manage the PIF.
        case unmanaged(String)
        /// A card that the PIF needs belongs to a PIF that XAPI was told not to manage.
        case needsUnmanaged(pif: String, other: String)
        /// A card that the PIF needs does not exist.
        case missingUplink(pif: String, device: DeviceName, mac: MACAddress?, present: [String], otherName: String?)
        /// Another card has the MAC address of the PIF: the devices' names are swapped.
        case swappedNames(pif: String, device: DeviceName, mac: MACAddress, carrier: DeviceName)
        /// A tunnel's access PIF on the Linux bridge.
        case tunnelNeedsOpenVswitch(String)
        /// A bond or VLAN without a bridge on Open vSwitch, which creates both on bridges only.
        case needsBridge(pif: String, kind: String)
        /// `device.tag` is too long for the kernel.
        case nameTooLong(pif: String, name: String)
        /// A device of another kind already has the name of a device to be created.
        case nameTaken(name: DeviceName, wanted: String, found: String)
        /// A device of the name was created while the host used the other datapath.
        case otherDatapath(name: DeviceName, wanted: String, found: String, command: String)
        /// A card is a port of a device that no record of this host describes.
        case busy(device: DeviceName, master: DeviceName)
        /// Macvlan or similar devices share a card, and the kernel lets such a card join no bridge or bond.
        case shared(device: DeviceName, by: [String])
        /// A static configuration without a valid address.
        case noAddress(pif: String, family: IPAddress.Family)
        /// The primary address is an IPv6 one, and the host or the device does not support IPv6; `flaw` says why, as a clause.
        case noIPv6(pif: String, flaw: String)
        /// Two requested PIFs need the same card.
        case conflict(pif: String, with: String)
        /// The name of a device is reserved by the kernel.
        case badName(pif: String, name: DeviceName)
        /// A PIF was requested together with the bond that it is a slave of.
        case besideBond(pif: String, bond: String)
        /// Another network is attached to the same card.
        case sameCard(String, String)
        /// Another network is attached to the same VLAN.
        case twinVLAN(pif: String, other: String)
        /// ovs-vswitchd, which carries out the rows of Open vSwitch, is not running.
        case noSwitch(String)
        /// A file that XAPI is to read cannot be written; the obstacle is a clause.
        case cannotWrite(path: String, obstacle: String)
        /// A file cannot be kept under another name; the obstacle is a clause.
        case cannotMove(path: String, obstacle: String)
        /// A master's address for a host that is no member of a pool.
        case notPoolMember
        /// The VLAN tag is one that cannot be used.
        case badTag(pif: String, tag: UInt16)
        /// What a run of history changed cannot be taken back; the reason is a sentence.
        case notUndone(String)
    }
}

extension PlanError {
    /// Whether the refusal costs nothing: the cards are used by another request. It is then a warning and not a failure.
    public var isSkip: Bool {
        if case .besideBond = rule { true } else { false }
    }
}

extension PlanError: CustomStringConvertible {
    /// What was requested, why it is refused, and what to do.
    public var description: String {
        switch rule {
        case .unknown:
            return "there is no PIF \(pif.map(\.description) ?? "of that name") in the records"
        case .unknownName(let error):
            return error.description
        case .notObserved(let what):
            return "cannot plan: the state lacks \(what); observe the host with the scope of these requests"
        case .unmanaged(let pif):
            return "\(pif) is not managed by XAPI (managed=false) and is left alone"
        case .needsUnmanaged(let pif, let other):
            return "\(pif) needs the card of \(other), which is not managed by XAPI (managed=false) and is left alone"
        case .missingUplink(let pif, let device, let mac, let present, let otherName):
            let devices = present.isEmpty ? "none" : present.joined(separator: ", ")
            return
                "\(pif) needs network card \(device)\(mac.map { " (MAC \($0))" } ?? ""), which is missing; cards present: \(devices)"
                + (otherName.map { "; \($0)" } ?? "")
        case .swappedNames(let pif, let device, let mac, let carrier):
            return "\(pif) has MAC \(mac), but that is the address of \(carrier) and not of \(device); "
                + "rename the devices (udev) or correct the PIF"
        case .tunnelNeedsOpenVswitch(let pif):
            return "\(pif) is a tunnel, and tunnels need Open vSwitch; this host uses the Linux bridge"
        case .needsBridge(let pif, let kind):
            return "\(pif) has no bridge, and Open vSwitch cannot create a \(kind) without one"
        case .nameTooLong(let pif, let name):
            return "\(pif) needs a device '\(name)', but a device name is \(DeviceName.rule)"
        case .nameTaken(let name, let wanted, let found):
            return "cannot create \(wanted) \(name): \(found) with that name already exists"
        case .otherDatapath(let name, let wanted, let found, let command):
            return
                "cannot \(wanted) \(name): \(found) of that name remains from the other datapath (network.conf was changed); "
                + "reboot the host or run `\(command)` to remove it, with its addresses"
        case .busy(let device, let master):
            return "cannot use \(device): it belongs to \(master), which is not a network of this host; "
                + "--take takes it from there, with the addresses of \(master)"
        case .shared(let device, let others):
            return
                "cannot use \(device): it carries \(others.joined(separator: ", ")), and a card with such a device cannot "
                + "join a bridge or bond; stop what uses it, or delete it with --take"
        case .noAddress(let pif, let family):
            return "\(pif) has a static \(family == .v4 ? "IPv4" : "IPv6") configuration, but no valid address"
                + (family == .v4 ? " and netmask" : "")
        case .noIPv6(let pif, let flaw):
            return "\(pif) cannot have its primary address, an IPv6 address: \(flaw)"
        case .conflict(let pif, let other):
            return
                "cannot bring up \(pif) together with \(other): they share a network card, and \(other) was given first"
        case .badName(let pif, let name):
            return
                "\(pif) cannot have a device named '\(name)': the name is reserved, or the kernel would change it"
        case .besideBond(let pif, let bond):
            return "\(pif) is skipped: its card is in \(bond), which is brought up as well"
        case .sameCard(let pif, let other):
            return "\(pif) has the same card as the network of \(other), which is attached; "
                + "take that down first, or correct one of the two PIFs in XAPI"
        case .twinVLAN(let pif, let other):
            return "\(pif) has the same tag on the same card as the network of \(other), which is attached; "
                + "take that down first, or correct one of the two tags in XAPI"
        case .noSwitch(let pif):
            return
                "\(pif) is configured in Open vSwitch's database, but no traffic passes: \(VswitchState.notCarriedOut)"
        case .cannotWrite(let path, let obstacle):
            return "cannot write \(path), which XAPI reads at its next start: \(obstacle)"
        case .cannotMove(let path, let obstacle):
            return "cannot keep \(path) under another name: \(obstacle)"
        case .notPoolMember:
            return "--master is for a member of a pool, and \(HostFile.pool) does not say that this host is one"
        case .badTag(let pif, let tag):
            return "\(pif) has VLAN tag \(tag); expected \(ValueRange.words(ValueRange.vlanTag))"
        case .notUndone(let reason):
            return reason
        }
    }
}
