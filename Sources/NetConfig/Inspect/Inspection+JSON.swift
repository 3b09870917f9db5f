internal import NetConfigCore

extension Inspection {
    /// What was found, as JSON text that `docs/check.schema.json` describes.
    package var json: String {
        JSON.object([
            "format": .string("interface-reconfigure check"),
            "version": .integer(1),
            "source": .string(source),
            "live": .boolean(isLive),
            "errors": .integer(errors),
            "warnings": .integer(warnings),
            "findings": .array(findings.map(json)),
        ]).text
    }

    private func json(_ finding: Finding) -> JSON {
        .object([
            "severity": .string(finding.severity.rawValue), "file": isLive ? .null : .string(source),
            "line": JSON(finding.position?.line), "column": JSON(finding.position?.column),
            "record": JSON(finding.record), "field": JSON(finding.field), "message": .string(finding.message),
            "advice": .string(finding.advice),
        ])
    }
}
