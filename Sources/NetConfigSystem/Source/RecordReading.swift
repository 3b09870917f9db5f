package import NetConfigCore

/// Collects records and their problems. The caller decides whether an error ends the reading.
package struct RecordReading {
    /// The model, as far as its records could be read.
    package private(set) var model = NetworkModel()
    /// The problems so far.
    package var diagnostics = Diagnostics()
    /// The records in their source form, by kind and reference; kept only for callers that ask for positions.
    private(set) var records: [String: FieldRecord] = [:]
    private let keepsRecords: Bool
    /// The records that could not be read, each with its error.
    private var broken: [String: ModelError] = [:]

    /// Begins to read.
    package init(keepingRecords: Bool = false) { keepsRecords = keepingRecords }

    /// Reads a record into the model.
    mutating func add(_ record: FieldRecord) {
        if keepsRecords, records[record.name] == nil { records[record.name] = record }
        model.add(record, &diagnostics)
    }

    /// Reads all records of a cache.
    ///
    /// - Throws: `XMLError` where the text is no cache, or none any more from there on.
    package mutating func addAll(of bytes: [UInt8]) throws(XMLError) {
        var document = try CacheXMLReader(bytes)
        while let record = try document.nextRecord(&diagnostics) { add(record) }
    }

    /// Compares the records with each other, once all are read.
    package mutating func compare() {
        broken = diagnostics.causes
        model.completeInverses()
        let unreadable = keepsRecords ? Set(records.keys).subtracting(model.recordNames) : []
        for error in ModelValidation(model, unreadable: unreadable).errors { diagnostics.add(error) }
        model.warnings = diagnostics.warnings + model.warnings
    }

    /// The model after the comparison: complete and consistent, without records in error and those that need them.
    package var usableModel: NetworkModel {
        var usable = model
        usable.leaveOutUnusable(broken, errors: diagnostics.errors.map(located))
        for index in usable.unusable.indices { usable.unusable[index].fault = located(usable.unusable[index].fault) }
        return usable
    }

    /// An error with its place, where that is known.
    private func located(_ error: ModelError) -> ModelError {
        guard error.position == nil else { return error }
        var located = error
        located.position = position(of: error.record, error.field)
        located.field = source(of: error.record, error.field)
        return located
    }

    /// What the source calls a field of a record.
    package func source(of record: String, _ field: String?) -> String? {
        field.flatMap { records[record]?[$0]?.source } ?? field
    }

    /// The uuid of a record, its reference where it has none.
    package func uuid(of record: String?) -> String? {
        record.flatMap { records[$0] }.map { $0.text("uuid") ?? $0.reference }
    }

    /// Where a record, or its field, stands: of `other_config:mtu` the entry. `nil` where the source has no lines.
    package func position(of record: String, _ field: String?) -> ModelError.Position? {
        guard let record = records[record] else { return nil }
        guard let field else { return record.position }
        let parts = field.pieces(between: ":", atMost: 2).map(String.init)
        guard let found = record[parts[0]] else { return record.position }
        guard parts.count == 2 else { return found.position }
        return found.entries.first { $0.key == parts[1] }?.position ?? found.position
    }
}

extension NetworkModel {
    /// The names of all records.
    package var recordNames: [String] {
        pifs.keys.map(\.asRecord) + networks.keys.map(\.asRecord) + bonds.keys.map(\.asRecord)
            + vlans.keys.map(\.asRecord) + tunnels.keys.map(\.asRecord) + [pool?.ref.asRecord].compactMap { $0 }
    }
}
