extension Overview {
    /// The overview as JSON text that `docs/show.schema.json` describes; always with all settings, and why.
    public var json: String {
        JSON.object([
            "format": .string("interface-reconfigure show"),
            "version": .integer(1),
            "source": .string(source),
            "datapath": .string(datapath.rawValue),
            "remarks": .array(remarks.map { .string($0) }),
            "drift": .boolean(hasDrift),
            "networks": .array(nodes.map(\.json)),
        ]).text
    }
}

extension Overview.Node {
    fileprivate var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "name": .string(name), "title": .string(title),
            "management": .boolean(isManagement), "tag": JSON(tag.map { Int($0) }), "state": .string(state.rawValue),
            "settings": .array(settings.map(\.json)), "ignored": .array(ignored.map { .string($0) }),
            "children": .array(children.map(\.json)), "guests": .array(guests.map(\.json)),
        ])
    }
}

extension Overview.Comparison {
    fileprivate var json: JSON {
        .object([
            "name": .string(name), "configured": JSON(configured?.description), "actual": JSON(actual?.description),
            "origin": JSON(origin), "drift": .boolean(isDrift),
        ])
    }
}
