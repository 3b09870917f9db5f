/// A bond's options in the words of either datapath.
extension BondOptions {
    /// What they are for the kernel's bonding driver; `kernel` is its version.
    func kernelAttributes(_ kernel: [Int], _ warnings: inout [Warning]) -> BondAttributes {
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
            // The policy that keeps a source and its VLAN on one link came with Linux 5.13.
            if !kernel.lexicographicallyPrecedes([5, 13]) {
                attributes.mode = "balance-xor"
                attributes.transmitHashPolicy = "vlan+srcmac"
            } else {
                attributes.mode = "active-backup"
                warn("this kernel has no balance-slb; using active-backup", &warnings)
            }
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
        case "lacp", "802.3ad": return (hashing(&warnings) == .ports ? "balance-tcp" : "balance-slb", true)
        case "active-backup": return ("active-backup", false)
        case "balance-slb": return ("balance-slb", false)
        case let mode:
            warn("unknown bond mode '\(mode ?? "")'; using balance-slb", &warnings)
            return ("balance-slb", false)
        }
    }

    private func warn(_ message: String, _ warnings: inout [Warning]) {
        warnings.append(Warning(record.title, message, origin: options["mode"]?.origin))
    }

    /// The modes of the kernel's `bonding.rst`.
    private static var kernelModes: Set<String> {
        ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
    }
}
