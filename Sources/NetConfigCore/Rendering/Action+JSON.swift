extension Action {
    /// The action as `docs/plan.schema.json` describes it: what is done to what, from which value to which. `before` is the
    /// device as it is before; where that is not known, so is the value that is replaced.
    func json(before: Link? = nil) -> [String: JSON] {
        var members: [String: JSON] = ["action": .string(kind), "text": .string(headline)]
        if let device { members["device"] = .string(device.text) }
        let (from, to) = values(before)
        members["from"] = from
        members["to"] = to
        switch self {
        case .setOffload(_, let offload, _): members["offload"] = .string(offload.rawValue)
        case .setFlag(_, let flag, _): members["flag"] = .string(flag.rawValue)
        case .changeVswitch(let changes): members["rows"] = .array(changes.map(\.json))
        case .addFlows(let bridge, _), .removeFlows(let bridge, _): members["bridge"] = .string(bridge)
        case .replaceFile(let path, _, _), .moveFile(let path, _): members["file"] = .string(path)
        case .setFirewallPort(let port, _, _): members["port"] = .integer(port)
        case .run(let program): members["program"] = .string(program)
        default: break
        }
        return members
    }

    /// What was there, and what is to be.
    private func values(_ before: Link?) -> (from: JSON, to: JSON) {
        switch self {
        case .createLink(_, let kind, let mac): (.null, kind.json(mac: mac))
        case .deleteLink: (before?.json ?? .null, .null)
        case .setUp: (.string("down"), .string("up"))
        case .setDown: (.string("up"), .string("down"))
        case .setMaster(_, let master): (JSON(before?.master), JSON(master))
        case .setMAC(_, let mac): (JSON(before?.mac), JSON(mac))
        case .setMTU(_, let mtu): (JSON(before?.mtu), .integer(mtu))
        case .setBridgeAttributes(_, let attributes): (before?.kind.attributes ?? .null, attributes.json)
        case .setBondMode(_, let mode): (before?.kind.attributes["mode"] ?? .null, .string(mode))
        case .setBondAttributes(_, let attributes): (before?.kind.attributes ?? .null, attributes.json)
        case .setOffload(_, let offload, let isOn): (JSON(before?.offloads[offload]), .boolean(isOn))
        case .setFlag(_, let flag, let isOn): (JSON(before?.has(flag)), .boolean(isOn))
        case .setLinkSettings(_, let settings): (before?.settings?.json ?? .null, settings.json)
        case .setIPv6(_, let settings): (before?.ipv6?.json ?? .null, settings.json)
        case .addAddress(_, let address): (.null, address.json)
        case .removeAddress(_, let address): (address.json, .null)
        case .addRoute(_, let route): (.null, route.json)
        case .removeRoute(_, let route): (route.json, .null)
        case .addFlows(_, let flows): (.null, .array(flows.map { .string($0.text) }))
        case .removeFlows(_, let flows): (.array(flows.map { .string($0.text) }), .null)
        case .startDHCP(let client, let patience): (.null, client.json(patience: patience))
        case .stopDHCP(let client): (client.json(patience: nil), .null)
        case .replaceFile(_, let old, let new): (old?.json ?? .null, new?.json ?? .null)
        case .moveFile(let path, let other): (.string(path), .string(other))
        case .announce(_, let addresses): (.null, .array(addresses.map { .string($0.description) }))
        case .setFirewallPort(_, let wasOpen, let isOpen): (.boolean(wasOpen), .boolean(isOpen))
        case .restore(let lost): (.null, .array(lost.map { .string("\($0)") }))
        // The rows say it; a question and a program change nothing.
        case .changeVswitch, .queryMulticast, .run: (.null, .null)
        }
    }
}

extension VswitchChange {
    fileprivate var json: JSON {
        .object([
            "table": .string(table.rawValue), "name": .string(name), "from": before?.json ?? .null,
            "to": after?.json ?? .null,
        ])
    }
}

extension VswitchRow {
    fileprivate var json: JSON {
        .object(["columns": .object(columns.mapValues(\.plainJSON)), "members": .array(members.map { .string($0) })])
    }
}

extension OVSDBValue {
    /// The value without the tags of RFC 7047, which tell sets and maps from other arrays.
    fileprivate var plainJSON: JSON {
        switch self {
        case .string(let text), .uuid(let text), .namedUUID(let text): .string(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .boolean(flag)
        case .set(let elements): .array(elements.sorted().map(\.plainJSON))
        case .map(let entries):
            .object(Dictionary(entries.map { ($0.key.description, $0.value.plainJSON) }) { first, _ in first })
        }
    }
}
