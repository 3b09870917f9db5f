extension Action {
    /// The commands that do the same, one a line of a POSIX shell; every value is quoted.
    func commands(_ places: ShellPlaces) -> [String] {
        switch self {
        case .createLink(let name, let kind, let mac):
            let address = mac.map { " address \($0)" } ?? ""
            return ["ip link add name \(name.word)\(kind.parent)\(address) type \(kind.shellWords)"]
        case .deleteLink(let name): return ["ip link delete dev \(name.word)"]
        case .setUp(let name): return ["ip link set dev \(name.word) up"]
        case .setDown(let name): return ["ip link set dev \(name.word) down"]
        case .setMaster(let name, let master):
            return ["ip link set dev \(name.word) \(master.map { "master \($0.word)" } ?? "nomaster")"]
        case .setMAC(let name, let mac): return ["ip link set dev \(name.word) address \(mac)"]
        case .setMTU(let name, let mtu): return ["ip link set dev \(name.word) mtu \(mtu)"]
        case .setBridgeAttributes(let name, let attributes):
            let filtering = "vlan_filtering \(attributes.vlanFiltering ? 1 : 0)"
            return ["ip link set dev \(name.word) type bridge \(attributes.shellWords) \(filtering)"]
        case .setBondMode(let name, "balance-slb"):
            // ip(8) does not know XenServer's mode; the kernel that has it also takes it by number.
            return ["echo 7 >\"/sys/class/net/\"\(name.word)/bonding/mode"]
        case .setBondMode(let name, let mode):
            return ["ip link set dev \(name.word) type bond mode \(mode.shellQuoted())"]
        case .setBondAttributes(let name, let attributes):
            return ["ip link set dev \(name.word) type bond \(attributes.shellWords)"]
        case .setOffload(let name, let offload, let isOn):
            return ["ethtool -K \(name.word) \(offload) \(isOn ? "on" : "off")"]
        case .setFlag(let name, .forwarding, let isOn):
            return ["bridge link set dev \(name.word) state \(isOn ? "forwarding" : "disabled")"]
        case .setFlag(let name, .ownAddress, let isOn):
            let address = "\"$(cat \"/sys/class/net/\"\(name.word)/master/address)\""
            return ["bridge fdb replace \(address) dev \(name.word) master \(isOn ? "static" : "permanent")"]
        case .setFlag(let name, let flag, let isOn):
            let command = flag.isOfPort ? "bridge link set dev" : "ip link set dev"
            return ["\(command) \(name.word) \(flag) \(isOn ? "on" : "off")"]
        case .setLinkSettings(let name, let settings): return ["ethtool -s \(name.word) \(settings.text)"]
        case .setIPv6(let name, let settings): return ipv6Commands(name, settings)
        case .addAddress(let name, let address):
            let broadcast = address.broadcast.map { " broadcast \($0)" } ?? ""
            let time = address.isDynamic ? address.lifetime?.shellWords ?? "" : ""
            return ["ip address add \(address.prefix)\(broadcast) dev \(name.word)\(time)"]
        case .removeAddress(let name, let address):
            let peer = address.peer.map { " peer \($0)/\(address.prefix.length)" }
            let own = peer == nil ? address.prefix.description : address.prefix.address.description
            return ["ip address delete \(own)\(peer ?? "") dev \(name.word)"]
        case .addRoute(let name, let route): return ["ip \(route.shellWords("add", name))"]
        case .removeRoute(let name, let route): return ["ip \(route.shellWords("delete", name))"]
        case .changeVswitch(let changes): return [VswitchCommand(changes).text(places)]
        case .addFlows(let bridge, let flows):
            return flows.map { "ovs-ofctl add-flow \(places.openflow(bridge)) \($0.shellWord(places, actions: true))" }
        case .removeFlows(let bridge, let flows):
            return flows.map {
                "ovs-ofctl --strict del-flows \(places.openflow(bridge)) \($0.shellWord(places, actions: false))"
            }
        case .startDHCP(let client, _):
            let files = DHCPClientFiles(client.device, client.family, in: places.leaseDirectory)
            return places.writing(FileContents(client.configuration), to: files.configuration)
                + [places.dhclient(client, files, "")]
        case .stopDHCP(let client):
            let files = DHCPClientFiles(client.device, client.family, in: places.leaseDirectory)
            return [
                places.dhclient(client, files, "-r "),
                "rm -f \(places.file(files.pid)) \(places.file(files.configuration))",
            ]
        case .replaceFile(let path, _, let after?): return places.writing(after, to: path)
        case .replaceFile(let path, _, nil): return ["rm -f \(places.file(path))"]
        case .moveFile(let path, let other): return ["mv -n \(places.file(path)) \(places.file(other))"]
        case .announce(let name, let addresses): return announcement(name, addresses)
        case .queryMulticast(let name): return [": no command asks for multicast groups on \(name.word)"]
        case .setFirewallPort(let port, _, let isOpen):
            return ["\(places.file("/etc/xapi.d/plugins/firewall-port")) \(isOpen ? "open" : "close") \(port)"]
        // No plan does it, only what takes one back.
        case .restore: return []
        case .run(let program): return [places.file(program)]
        }
    }

    /// `sysctl` takes slashes for dots, so that a dot in a device's name stays what it is.
    private func ipv6Commands(_ name: DeviceName, _ settings: IPv6Settings) -> [String] {
        let words = [
            "accept_ra=\(settings.acceptRA)", "autoconf=\(settings.autoconf ? 1 : 0)",
            "disable_ipv6=\(settings.isDisabled ? 1 : 0)",
        ].map { "net/ipv6/conf/\(name.word)/\($0)" }
        // What routers advertised before stays otherwise.
        let flush = settings.acceptRA == 0 ? ["ip -6 route flush dev \(name.word) proto ra"] : []
        // A device that forms no address hears no router.
        let mode = "net/ipv6/conf/\(name.word)/addr_gen_mode"
        let forming =
            settings.acceptRA > 0 && settings.isGenerationOff != true
            ? ["test \"$(sysctl -n \(mode))\" != 1 || sysctl -q -w \(mode)=0"] : []
        return ["sysctl -q -w \(words.joined(separator: " "))"] + forming + flush
    }

    private func announcement(_ name: DeviceName, _ addresses: [IPAddress]) -> [String] {
        guard !addresses.isEmpty else {
            return [
                "ip -4 -o address show dev \(name.word) | while read -r _ _ _ address _; do "
                    + "announce \(name.word) \"${address%/*}\"; done"
            ]
        }
        return addresses.filter { $0.family == .v4 }.map { "announce \(name.word) \($0)" }
            + (addresses.contains { $0.family == .v6 } ? [": no command announces IPv6 addresses"] : [])
    }

    /// Tells neighbours where an address now is, where there is a command that can.
    static var announceFunction: String {
        "announce() { if command -v arping >/dev/null; then arping -q -U -c 1 -I \"$1\" \"$2\" >/dev/null 2>&1 || :; fi; }"
    }
}

extension ShellPlaces {
    fileprivate func writing(_ contents: FileContents, to path: String) -> [String] {
        let directory = path.pieces(between: "/", keepingEmpty: true).dropLast().joined(separator: "/")
        let mode = contents.mode == 0o644 ? [] : ["chmod 0\(String(contents.mode, radix: 8)) \(file(path))"]
        // Elsewhere a link was planted, which the shell would follow.
        let removal = path == cache || path.begins(with: "/etc/") ? [] : ["rm -f \(file(path))"]
        let place = path == cache ? directory.shellQuoted() : file(directory)
        return ["mkdir -p \(place)"] + removal + ["printf \(contents.printfWords) >\(file(path))"] + mode
    }

    fileprivate func dhclient(_ client: DHCPClient, _ files: DHCPClientFiles, _ option: String) -> String {
        "\(dhclient.shellQuoted()) \(option)\(client.family == .v6 ? "-6 " : "")"
            + "-pf \(file(files.pid)) -lf \(file(files.leases)) -cf \(file(files.configuration)) "
            + client.environment.map { "-e \($0.shellQuoted(plain: "=")) " }.joined() + client.device.word
    }
}

extension FileContents {
    /// What `printf` prints as these contents. A script is text, which cannot hold every byte as it is.
    fileprivate var printfWords: String {
        if let exactText, !bytes.contains(0) { return "%s \(exactText.shellQuoted())" }
        let words = bytes.map { byte in
            let isItself = byte.isLetter || byte.isDigit || byte == UInt8(ascii: " ")
            return isItself ? String(Unicode.Scalar(byte)) : byte.octalEscape
        }
        return "'\(words.joined())'"
    }
}

extension UInt8 {
    /// The byte as the format of `printf(1)` writes it.
    fileprivate var octalEscape: String { "\\\(self >> 6)\(self >> 3 & 7)\(self & 7)" }
}

extension DeviceName {
    /// The name as a word of a command.
    var word: String {
        // A script is text, which cannot hold every byte as it is.
        text.utf8.elementsEqual(bytes)
            ? text.shellQuoted(plain: "@%+=") : "\"$(printf '\(bytes.map(\.octalEscape).joined())')\""
    }
}

extension LinkKind {
    /// What `ip link add` says before the type.
    fileprivate var parent: String {
        guard case .vlan(let vlan) = self else { return "" }
        return " link \(vlan.parent.word)"
    }

    fileprivate var shellWords: String {
        switch self {
        case .bridge(let attributes): "bridge \(attributes.shellWords)"
        case .bond(let attributes):
            // A kernel with XenServer's mode, which ip(8) does not know, makes a bond of that mode where none is given.
            "bond \(attributes.mode == "balance-slb" ? "" : "mode \(attributes.mode.shellQuoted()) ")\(attributes.shellWords)"
        case .vlan(let vlan): "vlan protocol 802.1Q id \(vlan.tag)"
        case .other(let kind): (kind ?? "dummy").shellQuoted()
        }
    }
}

extension BridgeAttributes {
    fileprivate var shellWords: String {
        "stp_state \(stp ? 1 : 0) forward_delay \(forwardDelay) mcast_snooping \(multicastSnooping ? 1 : 0)"
    }
}

extension BondAttributes {
    fileprivate var shellWords: String {
        var words = "miimon \(miimon) updelay \(updelay) downdelay \(downdelay) use_carrier \(useCarrier ? 1 : 0)"
        if let transmitHashPolicy { words += " xmit_hash_policy \(transmitHashPolicy.shellQuoted(plain: "+"))" }
        if let lacpRate { words += " lacp_rate \(lacpRate.shellQuoted())" }
        if let primary { words += " primary \(primary.word)" }
        return words
    }
}

extension Route {
    fileprivate func shellWords(_ verb: String, _ device: DeviceName) -> String {
        var words = destination.address.family == .v6 ? "-6 " : ""
        words += "route \(verb) \(isDefault ? "default" : destination.description)"
        if let gateway { words += " via \(gateway)" }
        if fork == nil { words += " dev \(device.word)" }
        words += " proto \(origin == .static ? "static" : String(origin.rawValue))"
        if metric != 0 { words += " metric \(metric)" }
        if let source { words += " src \(source)" }
        if let fork { words += " " + fork.words(over: device, \.word).joined(separator: " ") }
        if isOnLink { words += " onlink" }
        return words
    }
}

extension SecureModeFlow {
    /// The flow in the syntax of `ovs-ofctl`; the numbers of ports are asked when it runs.
    fileprivate func shellWord(_ places: ShellPlaces, actions: Bool) -> String {
        let (match, action) = openflow { "$(\(places.vsctl) get Interface \($0.word) ofport)" }
        return "\"\(match)" + (actions ? ",actions=\(action)\"" : "\"")
    }
}

extension AddressLifetime {
    /// The lifetime as `ip address` has it.
    fileprivate var shellWords: String {
        func word(_ seconds: UInt32) -> String { seconds == .max ? "forever" : "\(seconds)" }
        return " valid_lft \(word(valid)) preferred_lft \(word(preferred))"
    }
}
