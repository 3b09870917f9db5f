internal import NetConfigCore

/// Readings that heed ``RecordLimit``: what is too long or too much is left out with a warning.
extension FieldRecord {
    /// The record's uuid; its reference where it has none, so that networks and bonds can always be told apart.
    func uuid(_ diagnostics: inout Diagnostics) -> String {
        guard let uuid = text("uuid"), isWithin(RecordLimit.uuid, uuid, "uuid", about: name, &diagnostics) else {
            return reference
        }
        return uuid
    }

    /// A field that is a map: without values that are too long, and without the last of too many.
    func map(
        _ name: String, about subject: some CustomStringConvertible, _ diagnostics: inout Diagnostics
    ) -> [String: String] {
        guard let entries = self[name]?.entries, !entries.isEmpty else { return [:] }
        var map: [String: String] = [:]
        for entry in first(RecordLimit.entries, of: entries, in: name, about: subject, &diagnostics) {
            let limit = OtherConfigKey(rawValue: entry.key)?.isList == true ? RecordLimit.list : RecordLimit.text
            guard isWithin(RecordLimit.text, entry.key, name, about: subject, &diagnostics),
                isWithin(limit, entry.value, "\(name):\(entry.key)", about: subject, &diagnostics)
            else { continue }
            map[entry.key] = entry.value
        }
        return map
    }

    /// A field's text that is one word; `nil` where it is longer than any.
    func word(_ name: String, about subject: some CustomStringConvertible, _ diagnostics: inout Diagnostics) -> String?
    {
        text(name).flatMap { isWithin(RecordLimit.text, $0, name, about: subject, &diagnostics) ? $0 : nil }
    }

    /// A list, or of one that has too many entries the first ones.
    func first<Element>(
        _ limit: Int, of elements: [Element], in name: String, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics
    ) -> [Element] {
        guard elements.count > limit else { return elements }
        warnOfRest(name, elements.count, limit, about: subject, &diagnostics)
        return Array(elements.prefix(limit))
    }

    /// Says that of a list's entries only the first are used.
    func warnOfRest(
        _ name: String, _ count: Int, _ limit: Int, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics
    ) {
        let message = RecordLimit.message(name, count, of: "entries", allowed: limit)
        warn("\(message); the first \(limit) are used", name, about: subject, &diagnostics)
    }

    /// Whether a text is no longer than it may be; where it is, a warning says that it is left out.
    private func isWithin(
        _ limit: Int, _ text: String, _ field: String, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics
    ) -> Bool {
        guard text.utf8.count > limit else { return true }
        let message = RecordLimit.message(field, text.utf8.count, of: "bytes", allowed: limit)
        warn("\(message); it is ignored", field, about: subject, &diagnostics)
        return false
    }

    private func warn(
        _ message: String, _ field: String, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics
    ) {
        diagnostics.add(
            Warning(
                subject.description, message,
                origin: .record(RecordName(title: subject.description, record: name), field: field),
                line: self[String(field.halves(at: ":")?.0 ?? field[...])]?.position?.line))
    }
}
