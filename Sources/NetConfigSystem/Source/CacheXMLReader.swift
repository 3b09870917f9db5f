internal import NetConfigCore

/// The text of a cache as a sequence of records.
struct CacheXMLReader: ~Copyable {
    private var xml: XMLDocument
    private var recordCount = 0

    /// How many records a cache may have, and how many entries a list or map. Twenty times what the largest pool needs,
    /// and no more than what fits into the memory of any host.
    private static let maximumCount = 200_000

    /// Prepares to read; goes as far as the root's start tag.
    ///
    /// - Throws: `XMLError` where that is not a cache's.
    init(_ bytes: [UInt8]) throws(XMLError) {
        var xml = try XMLDocument(Self.withoutLateDeclaration(bytes))
        if let root = try xml.nextChild(), root.name != CacheSchema.root {
            throw XMLError(
                message: "the root element is '\(root.name)', expected '\(CacheSchema.root)'",
                position: root.position)
        }
        self.xml = xml
    }

    /// A text in which blanks stand for an XML declaration that is not at its start, but behind white space and comments. It says
    /// nothing that is needed, and an operator who put a comment before it did not mean the cache to be none.
    private static func withoutLateDeclaration(_ bytes: [UInt8]) -> [UInt8] {
        let start = bytes.withoutByteOrderMark
        var rest = start.drop(while: \.isXMLSpace)
        while rest.starts(with: "<!--".utf8), let end = Self.end(of: "-->", in: rest) {
            rest = rest[end...].drop(while: \.isXMLSpace)
        }
        guard rest.startIndex > start.startIndex, rest.starts(with: "<?xml".utf8),
            rest.dropFirst(5).first?.isXMLSpace == true,
            let end = Self.end(of: "?>", in: rest)
        else { return bytes }
        var text = bytes
        for index in rest.startIndex..<end where !text[index].isXMLSpace { text[index] = UInt8(ascii: " ") }
        return text
    }

    private static func end(of mark: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let mark = Array(mark.utf8)
        let start = bytes.indices.dropLast(mark.count - 1).first { bytes[$0...].starts(with: mark) }
        return start.map { $0 + mark.count }
    }

    /// The next record, `nil` after the last one. Elements that are no records are skipped.
    ///
    /// A record without reference is left out, and of a field that is given twice the first; both are among the diagnostics.
    /// A pool without either is none: so an upgrade writes it.
    ///
    /// - Throws: `XMLError` for broken XML.
    mutating func nextRecord(_ diagnostics: inout Diagnostics) throws(XMLError) -> FieldRecord? {
        while let tag = try xml.nextChild() {
            guard let kind = RecordKind(rawValue: tag.name) else {
                try xml.skip()
                continue
            }
            let text = tag["ref"]?.trimmingXMLSpace ?? ""
            guard let reference = Ref<PIF>(text) else {
                let hasContents = try skip()
                if kind == .pool, !text.isEmpty || !hasContents { continue }
                diagnostics.add(
                    ModelError(record: kind.rawValue, message: "attribute 'ref' is missing", position: tag.position))
                continue
            }
            recordCount += 1
            guard recordCount <= Self.maximumCount else {
                throw XMLError(message: "more than \(Self.maximumCount) records", position: tag.position)
            }
            var record = FieldRecord(kind: kind, reference: reference.text, position: tag.position)
            try readFields(of: &record, &diagnostics)
            return record
        }
        // Goes to the end of the text: what stands after the root may still be wrong.
        while try xml.next() != nil {}
        return nil
    }

    /// Skips an element, and tells whether there are others in it.
    private mutating func skip() throws(XMLError) -> Bool {
        var hasContents = false
        while try xml.nextChild() != nil {
            hasContents = true
            try xml.skip()
        }
        return hasContents
    }

    private mutating func readFields(
        of record: inout FieldRecord, _ diagnostics: inout Diagnostics
    ) throws(XMLError) {
        let schema = CacheSchema.fields(of: record.kind)
        var seen: UInt64 = 0
        while let tag = try xml.nextChild() {
            let name = CacheSchema.canonicalName(tag.name)
            guard let expected = schema[name] else {
                try xml.skip()
                continue
            }
            var field = FieldRecord.Field(name: name, position: tag.position)
            try readContent(of: &field, as: expected.shape)
            guard seen & 1 << expected.index == 0 else {
                record.replace(field, &diagnostics)
                continue
            }
            seen |= 1 << expected.index
            record.add(field)
        }
    }

    private mutating func readContent(of field: inout FieldRecord.Field, as shape: CacheSchema.Shape) throws(XMLError) {
        guard shape != .text else {
            field.text = try xml.trimmedText()
            return
        }
        var text = ""
        while let event = try xml.next(), !event.isEnd {
            switch event {
            case .text(let piece): text += piece
            case .start(let tag) where shape.includes(tag.name):
                guard field.entries.count < Self.maximumCount else {
                    throw XMLError(message: "more than \(Self.maximumCount) entries", position: tag.position)
                }
                field.entries.append(.init(key: tag.name, value: try xml.trimmedText(), position: tag.position))
            case .start: try xml.skip()
            case .end: break
            }
        }
        field.text = text.trimmingXMLSpace
    }
}

extension String {
    /// The text without XML's white space at both ends.
    package var trimmingXMLSpace: String {
        guard let first = utf8.first, let last = utf8.last, first.isXMLSpace || last.isXMLSpace else { return self }
        guard let start = utf8.firstIndex(where: { !$0.isXMLSpace }),
            let end = utf8.lastIndex(where: { !$0.isXMLSpace })
        else { return "" }
        return String(self[start...end])
    }
}
