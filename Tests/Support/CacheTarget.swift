import NetConfig
package import NetConfigCore
import NetConfigSystem

/// A cache, from its bytes to the plans for each of its PIFs, and back to bytes. Returns its records, `nil` where it is
/// refused.
@discardableResult
package func fuzzCache(_ bytes: [UInt8]) throws(BrokenPromise) -> NetworkModel? {
    let inspection = Inspection(ofCache: bytes, name: "cache")
    try inspection.check()
    let model: NetworkModel
    do throws(CacheError) {
        model = try CacheReader.read(bytes, name: "cache")
    } catch {
        try expect(error.description.hasPrefix("cache: "), "an error that does not say where")
        try expect(!error.description.contains(where: \.isNewline), "an error that looks like two")
        try expect(!inspection.isUsable && inspection.errors > 0, "an error that `check` does not see")
        return nil
    }
    try expect(inspection.isUsable, "`check` cannot read what can be read")
    try expect(inspection.findings.count >= model.faults.count, "an error that `check` does not see")
    try expect(inspection.errors > 0 || model.unusable.isEmpty, "a PIF is lost, and `check` calls that no error")
    try expect(ModelValidation(model).blocked.isEmpty, "what is left does not fit together")
    try expect(try model.writtenAndRead.withoutWarnings == model.withoutWarnings, "the cache lost something")
    try Walk.through(model)
    return model
}

extension NetworkModel {
    /// The records after they were written and read: what was read once can be written, and what was written can be read.
    package var writtenAndRead: NetworkModel {
        get throws(BrokenPromise) {
            let (bytes, copy, again): ([UInt8], NetworkModel, [UInt8])
            do {
                bytes = try CacheWriter.bytes(of: self)
                copy = try CacheReader.read(bytes, name: "copy")
                again = try CacheWriter.bytes(of: copy)
            } catch {
                throw BrokenPromise("a model cannot be written and read: \(error)")
            }
            try expect(again == bytes, "the second copy differs from the first")
            return copy
        }
    }

    /// The records alone.
    var withoutWarnings: NetworkModel {
        var model = self
        model.warnings = []
        model.faults = []
        model.unusable = []
        return model
    }
}
