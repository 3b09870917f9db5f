extension Step {
    /// The action in words, such as `set MTU 9000 on eth0`.
    public var text: String { action.description }

    /// The actions that take it back, in words and in their order.
    public var undoTexts: [String] { undo.map(\.description) }

    /// The device that it changes; `nil` where it changes none, or several.
    public var device: DeviceName? { action.device }

    /// What the action replaces, in the operator's words; `nil` where its name says it, or there was nothing.
    var replaced: String? {
        guard let before else { return nil }
        switch action {
        case .deleteLink: return before.summary
        case .setMaster(_, let new): return before.master.map { new == nil ? "in \($0)" : "master \($0)" }
        case .setMAC: return before.mac?.description
        case .setMTU: return before.mtu.map(String.init)
        case .setOffload(_, let offload, _): return before.offloads[offload].map { $0 ? "on" : "off" }
        case .setFlag(_, let flag, _): return before.has(flag) ? "on" : "off"
        case .setLinkSettings: return before.settings?.text
        case .setIPv6: return before.ipv6?.text
        case .setBridgeAttributes, .setBondAttributes, .setBondMode: break
        default: return nil
        }
        switch (action, before.kind) {
        case (.setBondMode, .bond(let attributes)): return attributes.mode
        case (_, .bond(let attributes)): return attributes.text
        case (_, .bridge(let attributes)): return attributes.text
        default: return nil
        }
    }
}

extension Link {
    /// What the device is and has, in a few words.
    package var summary: String {
        var parts = [isUp ? "up" : "down"]
        if case .vlan(let vlan) = kind { parts.append("VLAN \(vlan.tag) on \(vlan.parent)") }
        if let mtu { parts.append("mtu \(mtu)") }
        if let master { parts.append("in \(master)") }
        parts += addresses.map(\.prefix.description)
        parts += routes.filter { $0.gateway != nil }.map(\.text)
        return parts.joined(separator: ", ")
    }
}
