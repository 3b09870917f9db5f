extension Plan {
    /// The version of `docs/plan.schema.json` that ``json`` follows. A member more does not change it; one that goes, or
    /// means something else, does.
    public static var jsonVersion: Int { 1 }

    /// The plan as JSON text, as `docs/plan.schema.json` describes it.
    public var json: String { document.text }

    /// The same as a value.
    package var document: JSON {
        .object([
            "format": .string("interface-reconfigure plan"),
            "version": .integer(Self.jsonVersion),
            "changes": .boolean(!steps.isEmpty),
            "warnings": .array(
                warnings.map {
                    .object([
                        "subject": .string($0.subject), "message": .string($0.message),
                        "shortfall": .boolean(!$0.isRemark),
                    ])
                }),
            "errors": .array(shortfalls.map { .string("\($0)") }),
            "notices": .array(notices.map { .string($0) }),
            "steps": .array(steps.map { $0.json(isStrict: isStrict) }),
            "losses": .array(losses.map(\.json)),
            "outages": outages.map { .array($0.map(json)) } ?? .null,
        ])
    }

    private func json(_ outage: Outage) -> JSON {
        .object([
            "bridge": .string(outage.bridge.text), "address": JSON(outage.address?.address),
            "step": .integer(outage.step), "reason": .string(reason(of: outage)),
            "lasting": .boolean(outage.isLasting), "until": JSON(outage.awaySteps.last?.upperBound),
            "predicted_ms": outage.predictedJSON, "guests": .array(outage.guests.map(\.json)),
            "ports": .array(
                outage.ports.map {
                    .object(["device": .string($0.device), "role": .string($0.role.rawValue)])
                }),
        ])
    }
}

extension Outage {
    /// Milliseconds with three decimals.
    fileprivate var predictedJSON: JSON {
        guard case .about(let duration)? = prediction else { return .null }
        return .real((duration / .microseconds(1)).rounded() / 1000)
    }
}

extension Belonging {
    fileprivate var json: JSON {
        .object(["devices": .array(devices.map { .string($0.text) }), "what": .string(text)])
    }
}

extension Step {
    fileprivate func json(isStrict: Bool) -> JSON {
        var members = action.json(before: before)
        members["reason"] = .string(reason)
        members["on_failure"] = .string(isStrict ? "roll-back" : onFailure.word)
        members["undo"] = .array(undo.map { .object($0.json()) })
        return .object(members)
    }
}

extension Step.FailurePolicy {
    fileprivate var word: String {
        switch self {
        case .rollBack: "roll-back"
        case .warn: "warn"
        case .warnUnlessLast: "warn-unless-last"
        case .keep: "keep-and-fail"
        }
    }
}
