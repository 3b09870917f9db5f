import FoundationEssentials
import NetConfigTestSupport

@testable import NetConfigCore
@testable import NetConfigSystem

/// ovsdb-server's side of a connection: its bytes cut into messages, the rows in them, the state that these describe,
/// and plans that start from there.
func fuzzOVSDB(_ bytes: [UInt8]) throws(BrokenPromise) {
    let messages = cut(bytes, piece: max(1, bytes.count))
    try expect(messages == cut(bytes, piece: 7), "the size of the pieces makes a difference")
    for message in messages ?? [] {
        guard let answers = message["result"]?.array ?? message["params"]?.array else { continue }
        for case .array(let rows)? in answers.map({ $0["rows"] }) { for row in rows { try checkValues(of: row) } }
        try read(answers)
    }
}

/// The messages that a stream of bytes consists of, `nil` where it is broken.
private func cut(_ bytes: [UInt8], piece: Int) -> [JSON]? {
    var scanner = OVSDBMessageScanner()
    var messages: [JSON] = []
    var (start, scanned) = (0, 0)
    do throws(JSONError) {
        while scanned < bytes.count {
            let piece = bytes[scanned..<min(bytes.count, (scanned / piece + 1) * piece)]
            guard let length = try scanner.end(in: piece) else {
                scanned = piece.endIndex
                continue
            }
            scanned += length
            messages.append(try JSONReader.read(bytes, in: start..<scanned))
            start = scanned
        }
    } catch {
        return nil
    }
    return messages
}

/// A row's values are the same after they were written and read.
private func checkValues(of row: JSON) throws(BrokenPromise) {
    for case let value? in (row.object ?? [:]).values.map(OVSDBValue.init) where !value.isReal {
        guard let bytes = try? JSONEncoder().encode(value), let json = try? JSONReader.read(Array(bytes)) else {
            throw BrokenPromise("\(value) cannot be written and read")
        }
        try expect(OVSDBValue(json) == value, "\(value) changed on its way")
    }
}

extension OVSDBValue {
    /// Whether there is a number with a fraction in it: a whole one is written like an integer.
    fileprivate var isReal: Bool {
        switch self {
        case .real: true
        case .set(let elements): elements.contains(where: \.isReal)
        case .map(let entries): entries.contains { $0.key.isReal || $0.value.isReal }
        default: false
        }
    }
}

private func read(_ answers: [JSON]) throws(BrokenPromise) {
    let transaction = VswitchReading.transaction(schema: nil, withManagement: true)
    // Tables that an input leaves out at the end are empty.
    let missing = max(0, transaction.operations.count - answers.count)
    let answer = JSON.array(answers + Array(repeating: .object(["rows": .array([])]), count: missing))
    let reading: VswitchReading
    do throws(OVSDBError) {
        let results = try transaction.results(from: answer, socket: "db.sock")
        for result in results { _ = InterfaceHealth(result) }
        reading = try VswitchReading(results, of: transaction, socket: "db.sock")
    } catch {
        try expect(!error.description.isEmpty, "an error without a reason")
        return
    }
    let walk = Walk(model: .sample, facts: HostFacts(datapath: .openvswitch), rows: reading.state)
    for pif in NetworkModel.sample.pifsInOrder {
        for verb in [Verb.up, .down] {
            for step in try walk.plan(Request(verb, pif.ref))?.steps ?? [] { try check(step, reading.rows) }
        }
    }
    var whole = walk
    try whole.go()
}

/// The first change to rows that were read can be asked of the server.
private func check(_ step: Step, _ rows: VswitchRows) throws(BrokenPromise) {
    guard case .changeVswitch(let changes) = step.action, let work = try? VswitchTransaction(changes, rows: rows)
    else { return }
    let bytes = JSON.array(work.transaction.parameters).compact
    try expect((try? JSONReader.read(bytes)) != nil, "a transaction that is no JSON")
}
