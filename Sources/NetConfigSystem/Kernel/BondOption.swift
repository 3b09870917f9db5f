internal import NetConfigCore
internal import CLibNL
internal import SystemPackage

/// An option of a bond as rtnetlink has it, in requests and dumps alike.
struct BondOption: Equatable {
    /// `IFLA_BOND_…`
    var type: Int
    /// The value's bytes.
    var value: [UInt8]

    /// Creates an option with an integer value.
    init(_ type: Int, _ value: some FixedWidthInteger) {
        self.type = type
        self.value = value.hostBytes
    }

    /// Creates an option with a value as it is in a message.
    init(_ type: Int, value: [UInt8]) {
        self.type = type
        self.value = value
    }

    /// Whether this takes an option back that a new bond does not have.
    var isUnset: Bool { type == IFLA_BOND_PRIMARY && value.allSatisfy { $0 == 0 } }

    /// The options that a bond's attributes come to, the mode first.
    ///
    /// Without link monitoring the kernel takes no delays, outside 802.3ad no LACP rate, and a primary slave in some
    /// modes only: those are left out.
    /// - Throws: `EINVAL` where the kernel has no number for a name.
    static func all(
        of attributes: BondAttributes, primary: Int32, on bond: DeviceName, operation: String
    ) throws(NetlinkError) -> [BondOption] {
        func number(_ name: String, _ names: [String]) throws(NetlinkError) -> UInt8 {
            guard let number = BondOptionNames.number(of: name, in: names) else {
                throw NetlinkError(
                    operation: operation, device: bond, code: .invalidArgument,
                    kernelMessage: "'\(name)' is not one of: \(names.joined(separator: ", "))")
            }
            return number
        }
        var options = [
            BondOption(IFLA_BOND_MODE, try number(attributes.mode, BondOptionNames.mode)),
            BondOption(IFLA_BOND_MIIMON, UInt32(clamping: attributes.miimon)),
        ]
        if attributes.miimon > 0 {
            options.append(BondOption(IFLA_BOND_UPDELAY, UInt32(clamping: attributes.updelay)))
            options.append(BondOption(IFLA_BOND_DOWNDELAY, UInt32(clamping: attributes.downdelay)))
        }
        options.append(BondOption(IFLA_BOND_USE_CARRIER, UInt8(attributes.useCarrier ? 1 : 0)))
        if let policy = attributes.transmitHashPolicy {
            let number = try number(policy, BondOptionNames.transmitHashPolicy)
            options.append(BondOption(IFLA_BOND_XMIT_HASH_POLICY, number))
        }
        if let rate = attributes.lacpRate, attributes.mode == "802.3ad" {
            options.append(BondOption(IFLA_BOND_AD_LACP_RATE, try number(rate, BondOptionNames.lacpRate)))
        }
        if BondOptionNames.modesWithPrimary.contains(attributes.mode) {
            options.append(BondOption(IFLA_BOND_PRIMARY, primary))
        }
        return options
    }

    /// Those of `wanted` that a bond whose `IFLA_INFO_DATA` is `current` does not have yet, without the mode.
    ///
    /// Only those may be sent: the kernel refuses some options on a bond that is up (`lacp_rate`) even where nothing
    /// would change. Delays go along with a changed interval, since the kernel keeps them as multiples of it.
    static func changes(from current: ArraySlice<UInt8>, to wanted: [BondOption]) -> [BondOption] {
        var values: [Int: [UInt8]] = [:]
        for attribute in NetlinkAttributes(current) { values[attribute.type] = Array(attribute.payload) }
        let isOtherInterval = wanted.contains { $0.type == IFLA_BOND_MIIMON && values[$0.type] != $0.value }
        return wanted.filter { option in
            switch option.type {
            case IFLA_BOND_MODE: false
            case IFLA_BOND_UPDELAY, IFLA_BOND_DOWNDELAY: isOtherInterval || values[option.type] != option.value
            default: values[option.type] != option.value && !(values[option.type] == nil && option.isUnset)
            }
        }
    }

    /// What a bond whose `IFLA_INFO_DATA` is `current` has of some options, in their order.
    static func values(of options: [BondOption], in current: ArraySlice<UInt8>) -> [BondOption] {
        var values: [Int: [UInt8]] = [IFLA_BOND_PRIMARY: Int32(0).hostBytes]
        for attribute in NetlinkAttributes(current) { values[attribute.type] = Array(attribute.payload) }
        return options.compactMap { option in values[option.type].map { BondOption(option.type, value: $0) } }
    }

    /// What changing options is called in errors.
    static func operation(on bond: DeviceName) -> String { "set bond options on \(bond)" }
}

extension BondAttributes {
    /// The index of the primary slave, 0 for none.
    func primaryIndex(_ index: NetlinkMessage.IndexLookup) throws(NetlinkError) -> Int32 {
        guard let primary, BondOptionNames.modesWithPrimary.contains(mode) else { return 0 }
        return try index(primary)
    }

    /// Decodes `IFLA_INFO_DATA` of a bond.
    init(_ data: ArraySlice<UInt8>, name: (Int32) -> DeviceName?) {
        self.init(mode: "", miimon: 0, updelay: 0, downdelay: 0, useCarrier: true)
        for attribute in NetlinkAttributes(data) {
            let value = Int(attribute.payload.integer(as: UInt32.self) ?? 0)
            let number = attribute.payload.first ?? 0
            switch attribute.type {
            case IFLA_BOND_MODE: mode = BondOptionNames.name(of: number, in: BondOptionNames.mode)
            case IFLA_BOND_MIIMON: miimon = value
            case IFLA_BOND_UPDELAY: updelay = value
            case IFLA_BOND_DOWNDELAY: downdelay = value
            case IFLA_BOND_USE_CARRIER: useCarrier = number != 0
            case IFLA_BOND_XMIT_HASH_POLICY:
                transmitHashPolicy = BondOptionNames.name(of: number, in: BondOptionNames.transmitHashPolicy)
            case IFLA_BOND_AD_LACP_RATE: lacpRate = BondOptionNames.name(of: number, in: BondOptionNames.lacpRate)
            case IFLA_BOND_PRIMARY: primary = name(Int32(truncatingIfNeeded: value))
            default: break
            }
        }
        // The kernel tells a rate in every mode, but it means something in this one only.
        if mode != "802.3ad" { lacpRate = nil }
    }
}
