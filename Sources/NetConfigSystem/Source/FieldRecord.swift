internal import NetConfigCore

/// A record as its source has it: fields of text, not yet judged. The cache and live XAPI data both become this, so
/// that the same rules and the same messages hold for both.
struct FieldRecord {
    /// An entry of a list or map.
    struct Entry {
        /// Its key, which means nothing in a list.
        var key: String
        /// Its value.
        var value: String
        /// Where it stands, where the source has lines.
        var position: ModelError.Position?
    }

    /// One field.
    struct Field {
        /// Its name, as XAPI has it.
        var name: String
        /// Its text, without white space around it; empty where it has only entries.
        var text = ""
        /// The entries of a list, whose keys mean nothing, or of a map.
        var entries: [Entry] = []
        /// Where it stands, where the source has lines.
        var position: ModelError.Position?
        /// What the source calls it, where that is another name.
        var source: String?
    }

    /// What kind of record this is.
    var kind: RecordKind
    /// Its reference.
    var reference: String
    /// Its fields; each name occurs once.
    private(set) var fields: [Field] = []
    /// The names of the fields, apart from them: a search then touches nothing else.
    private var names: [String] = []
    /// Where it starts, where the source has lines.
    var position: ModelError.Position?

    /// How errors call the record: its kind and its reference.
    var name: String { "\(kind.rawValue) \(reference)" }

    /// Creates a record without fields.
    init(kind: RecordKind, reference: String, position: ModelError.Position? = nil) {
        self.kind = kind
        self.reference = reference
        self.position = position
    }

    /// Adds a field, whose name no other one has.
    mutating func add(_ field: Field) {
        fields.append(field)
        names.append(field.name)
    }

    /// Replaces a field that is given once more: the last one counts, with a warning.
    mutating func replace(_ field: Field, _ diagnostics: inout Diagnostics) {
        guard let index = names.firstIndex(of: field.name) else { return add(field) }
        fields[index] = field
        diagnostics.add(
            Warning(
                name, "\(field.name) is given twice; the last one is used",
                origin: .record(RecordName(title: name, record: name), field: field.name), line: field.position?.line))
    }

    /// A field, `nil` where the record has none of that name.
    subscript(name: String) -> Field? { names.firstIndex(of: name).map { fields[$0] } }

    /// An error about a field of this record, or about the record as a whole.
    func error(_ field: String?, _ message: String) -> ModelError {
        let place = field.flatMap { self[$0]?.position } ?? position
        return ModelError(record: name, field: field.map(title), message: message, position: place)
    }

    /// What messages call a field: as the source does.
    private func title(_ field: String) -> String { self[field]?.source ?? field }

    // MARK: Strict: a bad value is an error

    /// A field's text, `nil` where it is absent or empty.
    func text(_ name: String) -> String? {
        guard let index = names.firstIndex(of: name), !fields[index].text.isEmpty else { return nil }
        return fields[index].text
    }

    /// The reference of this record; `nil` is an error.
    func ref<Record>(_ diagnostics: inout Diagnostics) -> Ref<Record>? {
        guard reference.utf8.count <= RecordLimit.reference else {
            let message = RecordLimit.message(
                "the reference", reference.utf8.count, of: "bytes", allowed: RecordLimit.reference)
            diagnostics.add(ModelError(record: kind.rawValue, message: message, position: position))
            return nil
        }
        let ref = Ref<Record>(reference)
        if ref == nil { diagnostics.add(error(nil, "the record has no reference")) }
        return ref
    }

    /// A field that refers to a record or to none.
    func optionalRef<Record>(_ name: String) -> Ref<Record>? { text(name).flatMap { Ref($0) } }

    /// A field that must refer to a record; `nil` is an error.
    func requiredRef<Record>(_ name: String, _ diagnostics: inout Diagnostics) -> Ref<Record>? {
        let ref: Ref<Record>? = optionalRef(name)
        if ref == nil { diagnostics.add(error(name, "the reference is missing")) }
        return ref
    }

    /// A field that is a list of references; `OpaqueRef:NULL` among them means nothing.
    func refs<Record>(_ name: String, _ diagnostics: inout Diagnostics) -> [Ref<Record>] {
        guard let index = names.firstIndex(of: name) else { return [] }
        let field = fields[index]
        if !field.text.isEmpty, Ref<Record>(field.text) != nil {
            diagnostics.add(error(name, "expected a list, not the text \(quoted(field.text))"))
        }
        return field.entries.compactMap { Ref($0.value) }
    }

    /// A field that is true or false, `nil` where it is absent or empty.
    func flag(_ name: String, _ diagnostics: inout Diagnostics) -> Bool? {
        guard let text = text(name) else { return nil }
        let flag = Self.flag(text)
        if flag == nil { diagnostics.add(error(name, "\(quoted(text)) is neither True nor False")) }
        return flag
    }

    /// The meaning of a text as true or false, `nil` where it is neither.
    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// A field that is one of some words, `nil` where it is absent or empty.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ diagnostics: inout Diagnostics
    ) -> Choice? {
        guard let text = text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        diagnostics.add(error(name, "\(quoted(text)) is not one of: \(allowed)"))
        return nil
    }

    /// A field that is an 802.1Q tag, `nil` where it is absent, empty or -1.
    func tag(_ name: String, _ diagnostics: inout Diagnostics) -> UInt16? {
        guard let text = text(name), text != "-1" else { return nil }
        if let tag = ValueRange.tag(text) { return tag }
        diagnostics.add(
            error(
                name,
                "\(quoted(text)) is not a VLAN tag: expected \(ValueRange.words(ValueRange.vlanTag)), or -1 for none"))
        return nil
    }

    /// A field that is a device's name, `nil` where it is absent or empty.
    func deviceName(_ name: String, _ diagnostics: inout Diagnostics) -> DeviceName? {
        guard let text = text(name) else { return nil }
        let device = DeviceName(text)
        if device == nil { diagnostics.add(error(name, "\(quoted(text)) is not a device name: \(DeviceName.rule)")) }
        return device
    }
}

/// Lenient readings: a value that cannot be used is left out with a warning, so that one bad address does not keep a
/// host off the network.
extension FieldRecord {
    /// A field's text as a value; `nil`, with a warning, where it cannot be one.
    func value<Value>(
        _ name: String, _ allowed: @autoclosure () -> String, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics, _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = parse(text) else {
            warn(&diagnostics, name, text, allowed(), subject)
            return nil
        }
        return value
    }

    /// A field's text, and its entries, as values separated by commas or white space; no more than so many of them.
    func values<Value>(
        _ name: String, _ allowed: String, limit: Int, about subject: some CustomStringConvertible,
        _ diagnostics: inout Diagnostics, _ parse: (String) -> Value?
    ) -> [Value] {
        guard let field = self[name], !field.text.isEmpty || !field.entries.isEmpty else { return [] }
        var values: [Value] = []
        var count = 0
        for text in [field.text] + field.entries.map(\.value) {
            for part in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0.isXMLSpace }) {
                count += 1
                if count > limit { continue }
                if let value = parse(String(Substring(part))) {
                    values.append(value)
                } else {
                    warn(&diagnostics, name, String(Substring(part)), allowed, subject)
                }
            }
        }
        if count > limit { warnOfRest(name, count, limit, about: subject, &diagnostics) }
        return values
    }

    private func warn(
        _ diagnostics: inout Diagnostics, _ name: String, _ text: String, _ allowed: String,
        _ subject: some CustomStringConvertible
    ) {
        let record = RecordName(title: subject.description, record: self.name)
        var warning = Warning(record, name, skipped: "", allowed: allowed, line: self[name]?.position?.line)
        warning.message = "\(title(name)) \(quoted(text)) ignored: expected \(allowed)"
        diagnostics.add(warning)
    }
}

/// Text from outside as a message shows it: between quotes, and not all of it where it is long.
private func quoted(_ text: String) -> String {
    "'\(text.shortened(to: 80))'"
}
