@testable import NetConfig

/// A cache, from its bytes to the plans for each of its PIFs, and back to bytes.
func fuzzCache(_ bytes: [UInt8]) {
    let model: NetworkModel
    do throws(CacheError) {
        model = try CacheReader.read(bytes, name: "cache")
    } catch {
        expect(error.description.hasPrefix("cache: "), "an error that does not say where")
        return
    }
    expect(writtenAndRead(model).withoutWarnings == model.withoutWarnings, "the cache lost something")
    Walk.through(model)
}

/// A model after it was written and read: what was read once can be written, and what was written can be read.
func writtenAndRead(_ model: NetworkModel) -> NetworkModel {
    do {
        let bytes = try CacheWriter.bytes(of: model)
        let copy = try CacheReader.read(bytes, name: "copy")
        let again = try CacheWriter.bytes(of: copy)
        expect(again == bytes, "the second copy differs from the first")
        return copy
    } catch {
        fatalError("a model cannot be written and read: \(error)")
    }
}

extension NetworkModel {
    /// The records alone.
    var withoutWarnings: NetworkModel {
        var model = self
        model.warnings = []
        return model
    }
}
