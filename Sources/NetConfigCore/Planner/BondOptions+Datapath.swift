/// A bond's options in the words of either datapath.
extension BondOptions {
    /// The attributes of the Linux bond that these options ask for. A mode that the kernel lacks becomes `active-backup`, with
    /// a warning.
    func kernelAttributes(_ observed: ObservedState, _ warnings: inout [Warning]) -> BondAttributes {
        let hashing = hashing(&warnings)
        let miimon = milliseconds("miimon", &warnings)
        /// The kernel rounds delays down to a multiple of the interval.
        func rounded(_ delay: Int) -> Int { miimon == 0 ? 0 : delay / miimon * miimon }
        var attributes = BondAttributes(
            mode: self["mode"] ?? "balance-slb", miimon: miimon,
            updelay: rounded(milliseconds("updelay", &warnings)),
            downdelay: rounded(milliseconds("downdelay", &warnings)),
            useCarrier: usesCarrier(&warnings))
        switch attributes.mode {
        case "lacp", "802.3ad":
            attributes.mode = "802.3ad"
            attributes.transmitHashPolicy = hashing == .ports ? "layer3+4" : "layer2"
            attributes.lacpRate = lacpTime(&warnings)
        case "balance-slb":
            // Nothing else has both links carry frames without a channel on the switch: with balance-xor broadcasts of a
            // virtual machine come back over the other link, and the bridge takes that for the way to it.
            guard observed.knowsBalanceSLB != true else { break }
            attributes.mode = "active-backup"
            let isKnown = observed.knowsBalanceSLB != nil
            warn(
                isKnown
                    ? "this kernel does not support balance-slb; using active-backup"
                    : "the bonding driver is not loaded, so whether this kernel supports balance-slb is unknown; "
                        + "active-backup is used if it does not", &warnings)
        case let mode where !Self.kernelModes.contains(mode):
            attributes.mode = "active-backup"
            warn("unknown bond mode '\(mode)'; using active-backup", &warnings)
        default: break
        }
        return attributes
    }

    /// Open vSwitch's `bond_mode`, and whether the bond negotiates with LACP.
    func vswitchMode(_ warnings: inout [Warning]) -> (mode: String, isLACP: Bool) {
        switch self["mode"] {
        // As xcp-networkd has it, what is no source address is ports.
        case "lacp", "802.3ad":
            return (hashing(else: .ports, &warnings) == .ports ? "balance-tcp" : "balance-slb", true)
        case "active-backup": return ("active-backup", false)
        case "balance-slb": return ("balance-slb", false)
        case let mode:
            warn("unknown bond mode '\(mode ?? "")'; using balance-slb", &warnings)
            return ("balance-slb", false)
        }
    }

    private func warn(_ message: String, _ warnings: inout [Warning]) {
        let origin = options["mode"]?.origin
        let warning = Warning(record.title, message, origin: origin)
        // What no record asks for is not missed.
        warnings.append(origin == .standard ? warning.asRemark : warning)
    }

    /// The modes of the kernel's `bonding.rst`, which every kernel has.
    private static var kernelModes: Set<String> {
        ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
    }
}

extension ObservedState {
    /// Whether the kernel has bonding mode `balance-slb`: the driver was asked, or a bond already uses it. `nil` where neither
    /// is known.
    var knowsBalanceSLB: Bool? {
        let isThere = links.values.contains { link in
            if case .bond(let attributes) = link.kind { attributes.mode == "balance-slb" } else { false }
        }
        return isThere ? true : hasBalanceSLB
    }
}

extension NetworkModel {
    /// Whether the kernel has to be asked for `balance-slb` before a PIF's bond is planned.
    func wantsBalanceSLB(_ pif: PIF) -> Bool {
        bond(masteredBy: pif).map { BondOptions(of: $0, master: pif)["mode"] == "balance-slb" } ?? false
    }
}
