internal import NetConfigCore

extension HistoryRecord {
    /// What a report and the history say of a run.
    var members: [String: JSON] {
        [
            "time": .integer(time),
            "duration_ms": Self.milliseconds(microseconds),
            "command": .string(caller.command),
            "parent": JSON(caller.parent),
            "sudo_user": JSON(caller.sudoUser),
            "source": source.map { .object(["name": .string($0.name), "sha256": JSON($0.sha256)]) } ?? .null,
            "outcome": .string(outcome.rawValue),
            "changed": .boolean(!changes.isEmpty),
            "errors": .array(errors.map { .string($0) }),
            "took_back": .array((tookBack ?? []).map { .integer($0) }),
            "warnings": .array(warnings.map { .string($0) }),
            "actions": .array(actions.map(\.json)),
        ]
    }

    fileprivate static func milliseconds(_ microseconds: Int) -> JSON { .real(Double(microseconds) / 1000) }
}

extension HistoryRecord.Entry {
    fileprivate var json: JSON {
        .object([
            "action": JSON(action), "text": .string(text), "device": JSON(device), "plan": JSON(plan),
            "outcome": .string(outcome.rawValue), "duration_ms": HistoryRecord.milliseconds(microseconds),
            "cause": JSON(cause),
        ])
    }
}
