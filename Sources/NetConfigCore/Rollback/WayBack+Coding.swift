extension WayBack: Codable {
    private enum CodingKeys: CodingKey { case before, actions, after, scope, datapath }

    /// Something that no host can have had.
    private struct Impossible: Error, CustomStringConvertible { let description: String }

    /// Reads what ``encode(to:)`` wrote.
    ///
    /// - Throws: Also where VLAN links stand on each other in a circle, which no host has: to go along it would not end.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        actions = try values.decode([Action].self, forKey: .actions)
        scope = try values.decode(ObservationScope.self, forKey: .scope)
        datapath = try values.decode(Datapath.self, forKey: .datapath)
        before = try values.decode(ObservedState.self, forKey: .before)
        let end = try values.decodeIfPresent(ObservedState.self, forKey: .after)
        if let device = actions.vlanCircle(with: [before] + (end.map { [$0] } ?? [])) {
            throw Impossible(description: "\(device) is a VLAN of itself")
        }
        before.scope = scope
        // In the other order: the first one that replaces a file tells what it was.
        for case .replaceFile(let path, let old, _) in actions.reversed() { before.files[path] = old }
        after = end ?? before
        after.scope = scope
        if end == nil { for action in actions { after.apply(action) } }
    }

    /// Writes the way back. What follows from the actions is left out: files before they were replaced, and a state after them
    /// that is what was to be expected.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        var start = before
        for case .replaceFile(let path, _, _) in actions { start.files[path] = nil }
        start.scope = nil
        try values.encode(start, forKey: .before)
        try values.encode(actions, forKey: .actions)
        try values.encode(scope, forKey: .scope)
        try values.encode(datapath, forKey: .datapath)
        guard actions.reduce(into: before, { $0.apply($1) }) != after else { return }
        var end = after
        end.scope = nil
        try values.encode(end, forKey: .after)
    }
}
