internal import NetConfigCore

/// The text of a cache while it is written: tabs before each element, a value on the line of its tags.
struct CacheXMLWriter {
    private var bytes: [UInt8] = []
    private var record = ""

    /// Starts with the XML declaration and the root's start tag.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        add("<?xml version=\"1.0\" ?>\n<\(CacheSchema.root)>\n")
    }

    /// The text, with the root's end tag.
    consuming func finished() -> [UInt8] {
        add("</\(CacheSchema.root)>\n")
        return bytes
    }

    // MARK: Records

    /// Starts a record.
    mutating func start(_ kind: RecordKind, _ reference: String) throws(ModelError) {
        record = "\(kind.rawValue) \(reference)"
        add("\t<\(kind.rawValue) ref=\"")
        try escape(reference, field: "ref")
        add("\">\n")
    }

    /// Ends a record.
    mutating func end(_ kind: RecordKind) { add("\t</\(kind.rawValue)>\n") }

    // MARK: Fields

    /// A field of text.
    mutating func field(_ name: String, _ text: String) throws(ModelError) {
        try element(name, text, depth: 2, field: name)
    }

    /// A field that is true or false.
    mutating func field(_ name: String, _ flag: Bool) throws(ModelError) { try field(name, flag ? "True" : "False") }

    /// A field that refers to a record or to none.
    mutating func field<Record>(_ name: String, _ ref: Ref<Record>?) throws(ModelError) {
        try field(name, ref?.text ?? Ref<Record>.null)
    }

    /// A field whose value has a text of its own, or is empty.
    mutating func field(_ name: String, _ value: (some CustomStringConvertible)?) throws(ModelError) {
        try field(name, value?.description ?? "")
    }

    /// A field that is a list, each entry an element of this name.
    mutating func list(_ name: String, of entry: String, _ values: [String]) throws(ModelError) {
        guard !values.isEmpty else { return tag("<", name, "/>\n") }
        tag("<", name, ">\n")
        for value in values {
            try element(entry, value, depth: 3, field: name)
        }
        tag("</", name, ">\n")
    }

    /// A field that is a list of references.
    mutating func list<Record>(_ name: String, of entry: String, _ refs: [Ref<Record>]) throws(ModelError) {
        try list(name, of: entry, refs.map(\.text))
    }

    /// A field that is a map, each entry an element named as its key.
    mutating func map(_ name: String, _ entries: [String: String]) throws(ModelError) {
        guard !entries.isEmpty else { return tag("<", name, "/>\n") }
        tag("<", name, ">\n")
        for (key, value) in CacheSchema.inOrder(entries) {
            guard key.isXMLName else {
                throw ModelError(
                    record: record, field: name, message: "key '\(key)' cannot be the name of an XML element")
            }
            try element(key, value, depth: 3, field: name)
        }
        tag("</", name, ">\n")
    }

    // MARK: Bytes

    private mutating func element(_ name: String, _ text: String, depth: Int, field: String) throws(ModelError) {
        // Bytes, and not strings of one character: most of a cache is made here.
        for _ in 0..<depth { bytes.append(UInt8(ascii: "\t")) }
        bytes.append(UInt8(ascii: "<"))
        add(name)
        bytes.append(UInt8(ascii: ">"))
        try escape(text, field: field)
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        add(name)
        bytes.append(UInt8(ascii: ">"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A tag of a field that has elements in it, or nothing.
    private mutating func tag(_ start: String, _ name: String, _ end: String) {
        add("\t\t")
        add(start)
        add(name)
        add(end)
    }

    private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func escape(_ text: String, field: String) throws(ModelError) {
        do throws(InvalidXMLCharacter) {
            try bytes.append(escapingXML: text)
        } catch {
            throw ModelError(record: record, field: field, message: "\(error)")
        }
    }
}

extension String {
    /// Whether this can be an element's name; as far as the keys of XAPI's maps go, which are ASCII.
    var isXMLName: Bool {
        guard let first = utf8.first, first.isLetter || first == UInt8(ascii: "_") else { return false }
        return utf8.allSatisfy { $0.isLetter || $0.isDigit || "_-.".utf8.contains($0) }
    }
}
