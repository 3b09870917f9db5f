/// The kernel's numbers for what its documentation (`bonding.rst`) calls by name: the place in the list is the number.
enum BondNames {
    /// `IFLA_BOND_MODE`.
    static let modes = [
        "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
    ]
    /// `IFLA_BOND_XMIT_HASH_POLICY`.
    static let hashPolicies = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
    /// `IFLA_BOND_AD_LACP_RATE`.
    static let lacpRates = ["slow", "fast"]

    /// The number of a name. A name that is not in the list gets a number that the kernel refuses.
    static func number(of name: String, in names: [String]) -> UInt8 {
        names.firstIndex(of: name).map { UInt8($0) } ?? .max
    }

    /// The name of a number; the number itself where a newer kernel has more names.
    static func name(of number: UInt8, in names: [String]) -> String {
        names.indices.contains(Int(number)) ? names[Int(number)] : String(number)
    }
}
