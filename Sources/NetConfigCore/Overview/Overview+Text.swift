extension Overview {
    /// The overview for a person, in lines of at most 80 columns.
    ///
    /// - Parameters:
    ///   - why: Whether all settings are shown, each with where it came from, and what is ignored and why.
    ///   - details: Whether all settings are shown; otherwise those that are right and plain are left out.
    ///   - paint: Colours, for a terminal.
    /// - Returns: Lines.
    package func text(why: Bool = false, details: Bool = false, paint: Paint = Paint()) -> String {
        var table = OverviewTable(paint: paint, why: why, details: details || why)
        table.write(self)
        return table.lines.map { "\($0)\n" }.joined()
    }

    /// In one line whether all is well.
    var verdict: String {
        let drifting = nodes.reduce(0) { $0 + $1.count(of: .drift) }
        if drifting == 1 { return "1 difference from the configuration" }
        if drifting > 1 { return "\(drifting) differences from the configuration" }
        if nodes.contains(where: \.isMissingManagement) { return "the management network is not attached" }
        guard nodes.contains(where: { $0.count(of: .right) > 0 }) else { return "nothing is attached" }
        if nodes.contains(where: \.hasUnknown) { return "no differences found; some settings could not be read" }
        return "all attached networks are as configured"
    }
}

extension Overview.Node {
    /// Whether it is unknown of some setting what there is, as without Open vSwitch.
    fileprivate var hasUnknown: Bool {
        state == .right && settings.contains { $0.configured != nil && $0.actual == nil }
            || children.contains(where: \.hasUnknown)
    }

    /// How many of it and all below it are in a state.
    func count(of state: State) -> Int {
        (self.state == state ? 1 : 0) + children.reduce(0) { $0 + $1.count(of: state) }
    }

    /// The state in words.
    var stateText: String {
        switch state {
        case .right: "as configured"
        case .drift: differences == 1 ? "1 difference" : "\(differences) differences"
        case .detached: "not attached"
        case .unmanaged: kind == .other ? "" : "not managed"
        }
    }
}

/// The lines of an overview. A mark, what it is about, configured, actual: 2, 20, 29 and 29 columns.
private struct OverviewTable {
    private(set) var lines: [String] = []
    let paint: Paint
    let why: Bool
    let details: Bool

    private static let width = 80
    private static let nameWidth = 20
    private static let valueWidth = 29
    /// So many VLANs are shown one by one; of more only what differs, and no more than so many of these.
    private static let vlanLimit = 10
    private static let driftLimit = 5
    /// So many virtual machines are shown of a network that is not asked for by name.
    private static let guestLimit = 10

    init(paint: Paint, why: Bool, details: Bool) {
        self.paint = paint
        self.why = why
        self.details = details
    }

    mutating func write(_ overview: Overview) {
        let kind = overview.datapath == .openvswitch ? "Open vSwitch" : "Linux bridge"
        wrap("Records: \(overview.source). Datapath: \(kind).", 0, .faint)
        for remark in overview.remarks { wrap("note: \(remark)", 0, .warning) }
        let hasRows = overview.nodes.contains(where: hasRows)
        if hasRows { row("", "CONFIGURED", "ACTUAL", 0, isDrift: false, .faint) }
        for node in overview.nodes { write(node, 0) }
        if overview.nodes.isEmpty { lines.append("this host has no networks") }
        lines.append(paint(overview.verdict, overview.hasDrift ? .bad : .good))
    }

    private func hasRows(_ node: Overview.Node) -> Bool {
        !rows(of: node).isEmpty || node.children.contains(where: hasRows)
    }

    private func rows(of node: Overview.Node) -> [Overview.Comparison] {
        node.settings.filter { details && ($0.configured ?? $0.actual) != nil || $0.isDrift || $0.isEssential }
    }

    private mutating func write(_ node: Overview.Node, _ depth: Int) {
        heading(node, depth)
        for setting in rows(of: node) {
            row(
                setting.name, setting.configured?.description ?? "",
                setting.actual?.description ?? (node.state == .detached ? "" : "unknown"), depth + 1,
                isDrift: setting.isDrift, nil)
            if why, let origin = setting.origin { wrap("from \(origin)", depth + 2, .faint) }
        }
        if why { for reason in node.ignored { wrap("ignored: \(reason)", depth + 1, .warning) } }
        write(guests: node.guests, depth + 1)
        for child in node.children where child.kind != .vlan { write(child, depth + 1) }
        write(vlans: node.vlans, depth + 1)
    }

    private mutating func write(guests: [Guest], _ depth: Int) {
        let shown = details ? guests[...] : guests.prefix(Self.guestLimit)
        for guest in shown { wrap("virtual machine: \(guest)", depth, nil) }
        guard shown.count < guests.count else { return }
        wrap("and \(guests.count - shown.count) more: `show BRIDGE` shows all", depth, .faint)
    }

    private mutating func write(vlans: [Overview.Node], _ depth: Int) {
        guard vlans.count > Self.vlanLimit else {
            for vlan in vlans { write(vlan, depth) }
            return
        }
        let drifting = vlans.filter { $0.state == .drift }
        line("\(vlans.count) VLANs", "", depth, isDrift: !drifting.isEmpty, .title, nil)
        for (state, text) in [
            (Overview.Node.State.right, "as configured"), (.drift, "not as configured"), (.detached, "not attached"),
            (.unmanaged, "not managed"),
        ] {
            let those = vlans.filter { $0.state == state }
            guard !those.isEmpty else { continue }
            wrap("\(those.count) \(text): \(TagRanges(those.compactMap(\.tag)))", depth + 1, meaning(of: state))
        }
        for vlan in drifting.prefix(Self.driftLimit) { write(vlan, depth + 1) }
        if drifting.count > Self.driftLimit {
            wrap("and \(drifting.count - Self.driftLimit) more: `show BRIDGE` shows one", depth + 1, .faint)
        }
    }

    // MARK: Lines

    private func meaning(of state: Overview.Node.State) -> Paint.Meaning {
        switch state {
        case .right: .good
        case .drift: .bad
        case .detached, .unmanaged: .faint
        }
    }

    private mutating func heading(_ node: Overview.Node, _ depth: Int) {
        let title = node.title.isEmpty ? node.name : "\(node.name)  \(node.title)"
        line(
            title.printable, node.stateText, depth, isDrift: node.state == .drift, node.kind == .card ? nil : .title,
            node.isManagement && node.state == .detached ? .bad : meaning(of: node.state))
    }

    /// A line with something at its right end.
    private mutating func line(
        _ left: String, _ right: String, _ depth: Int, isDrift: Bool, _ leftMeaning: Paint.Meaning?,
        _ rightMeaning: Paint.Meaning?
    ) {
        let indentation = String(repeating: " ", count: depth * 2)
        let room = Self.width - 2 - indentation.count - right.count - 1
        let shown = left.count > room ? left.prefix(room - 2) + ".." : left[...]
        let gap = right.isEmpty ? "" : String(repeating: " ", count: room - shown.count + 1)
        lines.append(
            mark(isDrift) + indentation + paint(String(shown), leftMeaning) + gap + paint(right, rightMeaning))
    }

    private func mark(_ isDrift: Bool) -> String { isDrift ? paint("!", .bad) + " " : "  " }

    /// A row of the table; values that are too long go on in the next line.
    private mutating func row(
        _ name: String, _ configured: String, _ actual: String, _ depth: Int, isDrift: Bool, _ meaning: Paint.Meaning?
    ) {
        let left = configured.printable.wrapped(to: Self.valueWidth - 1)
        let right = actual.printable.wrapped(to: Self.valueWidth)
        let first = String(repeating: " ", count: depth * 2) + name
        for index in 0..<max(left.count, right.count, 1) {
            let name = index == 0 ? first : ""
            let configured = index < left.count ? left[index] : ""
            let actual = index < right.count ? right[index] : ""
            let text =
                paint(Self.padded(name, Self.nameWidth), meaning)
                + paint(Self.padded(configured, Self.valueWidth), meaning)
            lines.append((mark(isDrift) + text + paint(actual, isDrift ? .bad : meaning)).trimmingEnd)
        }
    }

    /// Text over several lines.
    private mutating func wrap(_ text: String, _ depth: Int, _ meaning: Paint.Meaning?) {
        let indentation = String(repeating: " ", count: depth == 0 ? 0 : depth * 2 + 2)
        for piece in text.printable.wrapped(to: Self.width - indentation.count) {
            lines.append(indentation + paint(piece, meaning))
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmingEnd: String {
        var rest = self[...].utf8
        while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        return String(Substring(rest))
    }
}
