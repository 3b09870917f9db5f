import NetConfig
package import NetConfigCore
import NetConfigSystem

/// XAPI's answers to the calls for a host's records, from their bytes to the cache and to plans.
///
/// The answers stand in the order of the calls, a byte 0 between two, which XML cannot have. Returns the records that can be
/// used.
@discardableResult
package func fuzzXAPI(_ bytes: [UInt8]) throws(BrokenPromise) -> NetworkModel {
    try checkPluginCall(bytes)
    var reading = RecordReading(keepingRecords: true)
    let kinds: [RecordKind] = [.pif, .vlan, .bond, .tunnel, .network, .pool]
    for (kind, answer) in zip(kinds, bytes.split(separator: 0, omittingEmptySubsequences: false)) {
        guard let records = try records(in: Array(answer)) else { continue }
        reading.add(records, kind)
    }
    try expect(reading.diagnostics.errors.allSatisfy { !$0.description.isEmpty }, "an error without a reason")
    try Inspection(ofLive: reading, datapath: .openvswitch).check()
    reading.compare()
    // What is left of records with errors in them is a model all the same.
    let model = reading.usableModel
    try expect(ModelValidation(model).blocked.isEmpty, "what is left does not fit together")
    let copy = try model.withoutAttachment.writtenAndRead
    try expect(Set(copy.pifs.keys) == Set(model.pifs.keys), "the cache lost a PIF")
    try Walk.through(model)
    return model
}

/// The other way round: a call that XAPI makes of its plugin.
private func checkPluginCall(_ bytes: [UInt8]) throws(BrokenPromise) {
    let call: PluginCall
    do throws(PluginFailure) {
        call = try PluginCall(String(decoding: bytes, as: UTF8.self))
    } catch {
        try expect(!error.description.contains(secret), "the session's reference is shown")
        let answer = PluginAnswer.failure(error).document
        try expect((try? XMLRPCAnswer(XMLDocument(answer))) != nil, "an answer that XAPI cannot read")
        return
    }
    try expect(!call.function.isEmpty && !call.session.isEmpty, "a call of nothing")
}

private let secret = "OpaqueRef:secret"

private func records(in bytes: [UInt8]) throws(BrokenPromise) -> [XMLRPCValue.Member]? {
    do {
        let value = try XMLRPCAnswer(try XMLDocument(bytes)).xapiResult()
        guard case .structure(let records) = value else { return nil }
        // What was read can be sent.
        let call = try XMLRPCCall(method: "x", parameters: [value]).bytes()
        try expect(!call.isEmpty, "nothing to send")
        return records
    } catch let problem as XAPIError.Problem {
        let error = XAPIError("PIF.get_all_records_where", problem, secret: secret)
        try expect(!error.description.contains(secret), "the session's reference is shown")
    } catch let error as XMLError {
        try expect(error.position.line > 0 && error.position.column > 0, "\(error)")
    } catch let broken as BrokenPromise {
        throw broken
    } catch {
        throw BrokenPromise("\(error)")
    }
    return nil
}

extension NetworkModel {
    /// The records without what is written to a cache and never read from one.
    fileprivate var withoutAttachment: NetworkModel {
        var model = self
        for ref in pifs.keys { model.pifs[ref]?.currentlyAttached = false }
        return model
    }
}
