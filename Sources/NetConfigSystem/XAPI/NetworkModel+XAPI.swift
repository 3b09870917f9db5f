package import NetConfigCore

extension NetworkModel {
    /// Reads the records of one host from XAPI.
    ///
    /// - Parameters:
    ///   - session: With whom to talk.
    ///   - host: The host's uuid.
    /// - Throws: ``XAPIError``, `Interruption`.
    package init(from session: XAPISession, host: String) throws {
        var reading = RecordReading()
        try reading.addAll(from: session, host: host)
        reading.compare()
        self = reading.usableModel
    }
}

extension RecordReading {
    /// Reads the records of one host from XAPI: six calls, and one to find the host.
    ///
    /// - Parameters:
    ///   - session: With whom to talk.
    ///   - host: The host's uuid.
    /// - Throws: ``XAPIError``, `Interruption`.
    package mutating func addAll(from session: XAPISession, host: String) throws {
        try addPIFs(from: session, host: host)
        try addRelations(from: session)
        add(try session.records("network.get_all_records"), .network)
        add(try session.records("pool.get_all_records"), .pool)
    }

    /// Reads the PIFs of one host: a small part of a large pool's. They come first: they tell whose the other records are.
    package mutating func addPIFs(from session: XAPISession, host: String) throws {
        let reference = try session.reference(ofHost: host)
        add(try session.records("PIF.get_all_records_where", "field \"host\"=\"\(reference)\""), .pif)
    }

    /// Reads what stands on the PIFs that have been read, and below them.
    package mutating func addRelations(from session: XAPISession) throws {
        add(try session.records("VLAN.get_all_records"), .vlan)
        add(try session.records("Bond.get_all_records"), .bond)
        add(try session.records("tunnel.get_all_records"), .tunnel)
    }

    /// Adds those of the records that are of this host; each is named by its reference. PIFs must come first.
    package mutating func add(_ records: [XMLRPCValue.Member], _ kind: RecordKind) {
        for record in records where isOfThisHost(record.value, kind) {
            add(FieldRecord(kind, record.name, record.value))
        }
    }

    /// Whether a record belongs to a host whose PIFs have been read. VLANs, bonds and tunnels do by one of their PIFs;
    /// networks and the pool are everybody's.
    private func isOfThisHost(_ record: XMLRPCValue, _ kind: RecordKind) -> Bool {
        let owner: String
        switch kind {
        case .vlan: owner = "untagged_PIF"
        case .bond: owner = "master"
        case .tunnel: owner = "transport_PIF"
        case .pif, .network, .pool: return true
        }
        return record[owner]?.text.flatMap { Ref<PIF>($0) }.map { model.pifs[$0] != nil } ?? false
    }
}

extension FieldRecord {
    /// Takes a record from an answer of XAPI's. A field that it has no value for is left out, and so is a key of a map
    /// that the cache could not hold: none that means anything is of that kind.
    init(_ kind: RecordKind, _ reference: String, _ record: XMLRPCValue) {
        self.init(kind: kind, reference: reference)
        guard case .structure(let members) = record else { return }
        for member in members {
            var field = Field(name: member.name)
            switch member.value {
            case .array(let values):
                field.entries = values.compactMap { value in
                    value.text.map { .init(key: "", value: $0.trimmingXMLSpace) }
                }
            case .structure(let entries):
                field.entries = entries.filter(\.name.isXMLName).compactMap { entry in
                    entry.value.text.map { .init(key: entry.name, value: $0.trimmingXMLSpace) }
                }
            case let value:
                guard let text = value.text else { continue }
                field.text = text.trimmingXMLSpace
            }
            add(field)
        }
    }
}
