package import NetConfigCore
package import NetConfigSystem

/// All that is wrong with a host's records, and not only the first of it: what `check` shows.
package struct Inspection: Sendable {
    /// Where the records came from: the cache's path, or XAPI.
    package let source: String
    /// What is wrong, in the order of the source.
    package private(set) var findings: [Finding] = []
    /// How many records of each kind could be read.
    package private(set) var counts: [(kind: String, count: Int)] = []
    let isLive: Bool
    /// What to do about any finding, where that is the same for all.
    private var advice: String?
    private var seen: Set<Finding> = []

    /// Inspects a cache.
    ///
    /// - Parameters:
    ///   - bytes: Its text.
    ///   - name: What findings call it.
    ///   - datapath: What the host switches its frames with; decides which PIFs can be brought up.
    package init(ofCache bytes: [UInt8], name: String, datapath: Datapath = .openvswitch) {
        source = name
        isLive = false
        guard bytes.contains(where: { !$0.isXMLSpace }) else {
            add(.error, "the cache is empty", advice: Advice.newCache)
            return
        }
        var reading = RecordReading(keepingRecords: true)
        do throws(XMLError) {
            try reading.addAll(of: bytes)
        } catch {
            // What refers to records further down cannot be judged.
            add(reading.diagnostics, of: reading)
            findings.append(
                Finding(
                    .error, position: error.position, "\(error.message); the rest was not read",
                    advice: Advice.newCache))
            count(reading.model)
            return
        }
        finish(&reading, datapath)
    }

    /// Inspects what was read from XAPI.
    package init(ofLive reading: RecordReading, datapath: Datapath) {
        source = "XAPI"
        isLive = true
        var reading = reading
        finish(&reading, datapath)
    }

    /// Inspects what was read from xcp-networkd's database.
    ///
    /// - Parameters:
    ///   - reading: The records, compared.
    ///   - name: What findings call the file.
    ///   - datapath: What the host switches its frames with; decides which PIFs can be brought up.
    init(ofNetworkd reading: RecordReading, name: String, datapath: Datapath) {
        source = name
        isLive = false
        advice = Advice.networkd
        judge(reading, datapath)
    }

    /// A source that says nothing: it is no cache, no database and no configuration.
    init(unusable error: CacheError, advice: String) {
        source = error.file
        isLive = false
        switch error.problem {
        case .malformed(let message, let position):
            findings = [Finding(.error, position: position, message, advice: advice)]
        case .record(let fault):
            findings = [
                Finding(
                    .error, position: fault.position, record: fault.record, field: fault.field, fault.message,
                    advice: advice)
            ]
        case .file, .empty: add(.error, "\(error)", advice: advice)
        }
    }

    /// A configuration that was read whole.
    init(ofManagement model: NetworkModel, name: String, datapath: Datapath) {
        source = name
        isLive = false
        isUsable = true
        for (pif, objections) in model.objections(on: datapath) {
            if let error = objections.error { add(.error, "\(error)", advice: Advice.management) }
            for warning in objections.warnings where pif.management {
                add(.warning, "\(warning)", advice: Advice.management)
            }
        }
        count(model)
    }

    /// A cache that could not be read at all.
    init(unreadable error: FileError, name: String) {
        source = name
        isLive = false
        add(.error, "\(error)", advice: Advice.newCache)
    }

    /// The findings that keep the records, or a PIF, from being used.
    package var errors: Int { findings.count { $0.severity == .error } }
    /// Whether the records as a whole can be read: what is wrong with one of them keeps only those down that need it.
    package private(set) var isUsable = false
    /// The values that are left out.
    package var warnings: Int { findings.count { $0.severity == .warning } }

    /// Adds a finding about the source as a whole.
    mutating func add(_ severity: Finding.Severity, _ message: String, advice: String) {
        findings.append(Finding(severity, message, advice: advice))
    }

    private mutating func finish(_ reading: inout RecordReading, _ datapath: Datapath) {
        reading.compare()
        judge(reading, datapath)
    }

    private mutating func judge(_ reading: RecordReading, _ datapath: Datapath) {
        isUsable = true
        let usable = reading.usableModel
        add(reading.diagnostics, of: reading, usable)
        // What comparison itself warns about.
        let known = Set(reading.diagnostics.warnings)
        for warning in reading.model.warnings where !known.contains(warning) {
            add(warning, about: nil, reading)
        }
        for (pif, objections) in usable.objections(on: datapath) {
            if let error = objections.error { add(error, about: pif, reading) }
            for warning in objections.warnings { add(warning, about: pif, reading) }
        }
        findings = findings.enumerated().sorted { lhs, rhs in
            let (a, b) = (lhs.element.position, rhs.element.position)
            return (a?.line ?? 0, a?.column ?? 0, lhs.offset) < (b?.line ?? 0, b?.column ?? 0, rhs.offset)
        }.map(\.element)
        count(reading.model)
    }

    /// Adds what was found in records. An error in one that can be used all the same, without what is wrong, is a warning, as it is
    /// where the record is used.
    private mutating func add(_ found: Diagnostics, of reading: RecordReading, _ usable: NetworkModel? = nil) {
        let kept = Set(usable?.recordNames ?? [])
        for error in found.errors {
            let isKept = kept.contains(error.record)
            var finding = Finding(
                isKept ? .warning : .error, position: error.position ?? reading.position(of: error.record, error.field),
                record: error.record, field: reading.source(of: error.record, error.field), error.message,
                advice: advice ?? (isLive ? Advice.look(at: error.record) : Advice.newCache))
            if isKept { finding.message = finding.sentence(as: .error) }
            findings.append(finding)
        }
        for warning in found.warnings { add(warning, about: nil, reading) }
    }

    private mutating func add(_ warning: Warning, about pif: PIF?, _ reading: RecordReading) {
        var (record, field) = (pif?.name.record, String?.none)
        if case .record(let name, let key) = warning.origin { (record, field) = (name.record, key) }
        let finding = Finding(
            .warning, position: warning.position ?? record.flatMap { reading.position(of: $0, field) }, record: record,
            field: field,
            "\(warning.subject): \(warning.message)",
            advice: advice ?? Advice.set(field, of: record, reading.uuid(of: record), isLive: isLive))
        // The same value can be met on the way to several PIFs.
        if seen.insert(finding).inserted { findings.append(finding) }
    }

    private mutating func add(_ error: PlanError, about pif: PIF, _ reading: RecordReading) {
        let record = pif.name.record
        findings.append(
            Finding(
                .error, position: reading.position(of: record, error.field), record: record, field: error.field,
                "\(error)", advice: advice ?? Advice.set(error.field, of: record, pif.uuid, isLive: isLive)))
    }

    private mutating func count(_ model: NetworkModel) {
        counts = [
            ("PIF", model.pifs.count), ("network", model.networks.count), ("bond", model.bonds.count),
            ("VLAN", model.vlans.count), ("tunnel", model.tunnels.count),
        ]
    }
}

extension PlanError {
    /// The field of the PIF's record that is to blame.
    fileprivate var field: String? {
        switch rule {
        case .noAddress(_, .v4): "IP"
        case .noAddress(_, .v6): "IPv6"
        case .badTag, .nameTooLong: "VLAN"
        case .needsBridge: "network"
        default: nil
        }
    }
}

extension Warning {
    /// The place of the value, where the reader knows all of it.
    fileprivate var position: ModelError.Position? {
        guard let line, let column else { return nil }
        return ModelError.Position(line: line, column: column)
    }
}
