@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// A cache, from its bytes to the plans for each of its PIFs, and back to bytes.
func fuzzCache(_ bytes: [UInt8]) {
    let inspection = Inspection(ofCache: bytes, name: "cache")
    inspection.check()
    let model: NetworkModel
    do throws(CacheError) {
        model = try CacheReader.read(bytes, name: "cache")
    } catch {
        expect(error.description.hasPrefix("cache: "), "an error that does not say where")
        expect(!error.description.contains(where: \.isNewline), "an error that looks like two")
        expect(!inspection.isUsable && inspection.errors > 0, "an error that `check` does not see")
        return
    }
    expect(inspection.isUsable, "`check` cannot read what can be read")
    expect(inspection.errors >= model.faults.count, "an error that `check` does not see")
    expect(ModelValidation(model).blocked.isEmpty, "what is left does not fit together")
    expect(model.writtenAndRead.withoutWarnings == model.withoutWarnings, "the cache lost something")
    Walk.through(model)
}

extension NetworkModel {
    /// The records after they were written and read: what was read once can be written, and what was written can be read.
    var writtenAndRead: NetworkModel {
        do {
            let bytes = try CacheWriter.bytes(of: self)
            let copy = try CacheReader.read(bytes, name: "copy")
            let again = try CacheWriter.bytes(of: copy)
            expect(again == bytes, "the second copy differs from the first")
            return copy
        } catch {
            expect(false, "a model cannot be written and read: \(error)")
            return self
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
