/// The names that the kernel's `bonding.rst` gives to the numbers of rtnetlink: a name's place is its number. The last mode is
/// XenServer's, whose kernel alone has it.
enum BondOptionNames {
    static let mode = [
        "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
        "balance-slb",
    ]
    static let transmitHashPolicy = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
    static let lacpRate = ["slow", "fast"]

    /// The modes that know a primary slave; in others the kernel refuses one.
    static let modesWithPrimary: Set = ["active-backup", "balance-tlb", "balance-alb"]

    /// A number's name, or the number itself where a newer kernel has more of them.
    static func name(of number: UInt8, in names: [String]) -> String {
        names.indices.contains(Int(number)) ? names[Int(number)] : String(number)
    }

    /// A name's number; a number may stand for itself.
    static func number(of name: String, in names: [String]) -> UInt8? {
        names.firstIndex(of: name).map { UInt8($0) } ?? UInt8(name)
    }
}
