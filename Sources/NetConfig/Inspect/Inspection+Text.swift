package import NetConfigCore

extension Inspection {
    /// What was found, for a person: a line for each finding, as compilers write them, then what to do.
    ///
    /// - Parameter paint: Colours, for a terminal.
    /// - Returns: Lines.
    package func text(paint: Paint = Paint()) -> String {
        var lines: [String] = []
        for (index, finding) in findings.enumerated() {
            let place = finding.position.map { ":\($0.line):\($0.column)" } ?? ""
            let severity = paint("\(finding.severity.rawValue):", finding.severity == .error ? .bad : .warning)
            lines.append("\(source.printable)\(place): \(severity) \(finding.sentence.printable)")
            // What several in a row have in common is said after the last.
            let next = findings.indices.contains(index + 1) ? findings[index + 1].advice : nil
            guard finding.advice != next else { continue }
            lines += "to do: \(finding.advice)".wrapped(to: 76).map { "    " + paint($0, .faint) }
        }
        lines.append(summary(paint))
        return lines.map { "\($0)\n" }.joined()
    }

    private func summary(_ paint: Paint) -> String {
        func number(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        let read = counts.filter { $0.count > 0 }.map { number($0.count, $0.kind) }.joined(separator: ", ")
        let what = read.isEmpty ? "" : " in \(read)"
        guard !findings.isEmpty else { return paint("\(source.printable): no errors", .good) + what }
        let found = "\(number(errors, "error")), \(number(warnings, "warning"))"
        return paint("\(source.printable): \(found)", errors > 0 ? .bad : .warning) + what
    }
}

extension Finding {
    /// Record, field and message. Warnings name their subject in the message.
    var sentence: String { sentence(as: severity) }

    /// The same, had it that severity.
    func sentence(as severity: Severity) -> String {
        guard severity == .error, let record else { return message }
        return "\(record)\(field.map { ", field \($0)" } ?? ""): \(message)"
    }
}
