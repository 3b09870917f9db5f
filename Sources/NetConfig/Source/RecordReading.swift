/// Records on their way into a model, and what is found wrong with them. Whoever reads goes on or stops, as it likes.
struct RecordReading {
    /// The model, as far as its records could be read.
    private(set) var model = NetworkModel()
    /// What is wrong.
    var findings = Findings()
    /// The records as the source has them, by kind and reference; kept where somebody wants to know where things stand.
    private(set) var records: [String: FieldRecord] = [:]
    private let keepsRecords: Bool

    /// Begins to read.
    init(keepingRecords: Bool = false) { keepsRecords = keepingRecords }

    /// Reads a record into the model.
    mutating func add(_ record: FieldRecord) {
        if keepsRecords, records[record.name] == nil { records[record.name] = record }
        model.add(record, &findings)
    }

    /// Reads all records of a cache; where asked to, only up to the first one that is wrong.
    ///
    /// - Throws: `XMLError` where the text is no cache, or none any more from there on.
    mutating func addAll(of bytes: [UInt8], stoppingAtFirst: Bool) throws(XMLError) {
        var document = try CacheDocument(bytes)
        while let record = try document.nextRecord(&findings) {
            add(record)
            if stoppingAtFirst, !findings.errors.isEmpty { return }
        }
    }

    /// Compares the records with each other, once all are read.
    mutating func compare() {
        model.completeInverses()
        let unreadable = keepsRecords ? Set(records.keys).subtracting(model.recordNames) : []
        for error in ModelValidation(model, unreadable: unreadable).errors { findings.add(error) }
        model.warnings = findings.warnings + model.warnings
    }

    /// The model, complete and consistent.
    ///
    /// - Throws: The first error.
    func finished() throws(ModelError) -> NetworkModel {
        try findings.throwFirst()
        return model
    }

    /// The uuid of a record, its reference where it has none.
    func uuid(of record: String?) -> String? {
        record.flatMap { records[$0] }.map { $0.text("uuid") ?? $0.reference }
    }

    /// Where a record, or its field, stands: of `other_config:mtu` the entry. `nil` where the source has no lines.
    func position(of record: String, _ field: String?) -> ModelError.Position? {
        guard let record = records[record] else { return nil }
        guard let field else { return record.position }
        let parts = field.pieces(between: ":", atMost: 2).map(String.init)
        guard let found = record[parts[0]] else { return record.position }
        guard parts.count == 2 else { return found.position }
        return found.entries.first { $0.key == parts[1] }?.position ?? found.position
    }
}

extension NetworkModel {
    /// The names of all records that others refer to.
    fileprivate var recordNames: [String] {
        pifs.keys.map(\.asRecord) + networks.keys.map(\.asRecord) + bonds.keys.map(\.asRecord)
            + vlans.keys.map(\.asRecord) + tunnels.keys.map(\.asRecord)
    }
}
