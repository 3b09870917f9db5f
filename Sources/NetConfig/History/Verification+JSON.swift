internal import NetConfigCore

extension Verification {
    /// The look as `docs/report.schema.json` describes it.
    var json: JSON {
        .object([
            "looked": .boolean(obstacle == nil), "obstacle": obstacle.map { .string("\($0)".printable) } ?? .null,
            "differences": .array(discrepancies.map { .object($0.members) }),
        ])
    }
}
