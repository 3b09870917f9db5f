import NetConfig
import NetConfigCore
import NetConfigSystem

extension Invocation {
    /// The management network that `reset` is to make.
    static func reset(_ options: Options) throws(UsageError) -> ManagementReset {
        guard options.force.isEmpty, options.pif == nil, options.pifUuid == nil, !options.management else {
            throw UsageError("reset takes no PIF and no bridge: it names the bridge after the card")
        }
        guard options.mac == nil else { throw UsageError("--mac cannot be used here: the card has its own") }
        guard let device = options.device else { throw UsageError("reset needs --device") }
        guard options.mode != nil || options.ipv6Mode != nil || options.ipv6 != nil else {
            throw UsageError("reset needs --mode=dhcp|static, or an IPv6 mode")
        }
        let card = try card(device)
        let tag = try tag(options.vlan)
        let isUsual = tag == nil && DeviceName(card.usualBridge) != nil
        let name = isUsual ? card.usualBridge : ManagementConfiguration.bridgeOfVLAN
        let management = try management(try self.name(name, of: "bridge"), card, tag, options)
        guard management.ipv4.mode != .none || management.ipv6.mode != .none else {
            throw UsageError("the management network needs an address: give --mode=dhcp|static or an IPv6 mode")
        }
        guard management.ipv6.addresses.count <= 1 else { throw UsageError("reset takes one --ipv6 address") }
        try refuseOddAddresses(of: management)
        var reset = ManagementReset(management)
        reset.master = try given(options.master).map { text throws(UsageError) in try address(text, "master") }
        if let master = reset.master {
            try refuseNoHost(master, "master")
            let own = [management.ipv4.address].compactMap { $0 } + management.ipv6.addresses.map(\.address)
            if own.contains(master) { throw UsageError("invalid --master '\(master)': it is the address of this host") }
        }
        reset.ignoresToolstack = options.despiteToolstack
        return reset
    }
}
