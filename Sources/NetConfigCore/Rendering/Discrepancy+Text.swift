extension Discrepancy {
    /// What was found, and who changed it, as a clause.
    package var text: String {
        guard origin == nil else { return "this was done, and yet \(finding) afterwards" }
        return "\(finding) now: something else has changed it since this run began"
    }

    /// What was found (`from`) and what it should be (`to`), with the action that should have made it so.
    package var members: [String: JSON] {
        var members = remaining.action.json(before: remaining.before)
        members["message"] = .string(text)
        members["essential"] = .boolean(isEssential)
        members["made_by"] = origin.map { .string($0.action.headline) } ?? .null
        return members
    }

    private var finding: String {
        let action = remaining.action
        let names = action.settings.map { "\($0.name) of \($0.place)" }
        let what = (names.dropLast(2) + [names.suffix(2).joined(separator: " and the ")]).joined(separator: ", the ")
        let verb = names.count == 1 ? "is" : "are"
        if let found = remaining.found { return "the \(what) \(verb) \(found)" }
        return switch action.meaning {
        case .good: "the \(what) \(verb) missing"
        case .bad: "the \(what) \(verb) there"
        default: "the \(what) \(verb) not as planned"
        }
    }
}

extension Step {
    /// The value that is there in place of the action's; `nil` where there is none, or no name for it.
    fileprivate var found: String? {
        switch action {
        case .setUp: "down"
        case .setDown: "up"
        case .deleteLink: nil
        default: replaced
        }
    }
}
