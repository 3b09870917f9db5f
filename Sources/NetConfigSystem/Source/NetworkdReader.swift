package import NetConfigCore

/// Reads xcp-networkd's database (`networkd.db`), which has no records of XAPI's, into the model of these.
package enum NetworkdReader {
    /// Reads a database.
    ///
    /// - Parameters:
    ///   - bytes: The JSON text, which need not be UTF-8.
    ///   - name: What errors call it.
    ///   - management: The management interface by the host's inventory, where the database names none.
    /// - Returns: The model, complete and consistent. Records that are in error are left out with what cannot be without
    ///   them; the model's faults name line and column, and the path of the value.
    /// - Throws: `CacheError` for a text that is no database.
    package static func read(_ bytes: [UInt8], name: String, management: String?) throws(CacheError) -> NetworkModel {
        try reading(of: bytes, name: name, management: management).usableModel
    }

    /// The same, with all that is wrong.
    package static func reading(
        of bytes: [UInt8], name: String, management: String?
    ) throws(CacheError) -> RecordReading {
        do throws(JSONError) {
            let database = try JSONReader.read(bytes, takesAnyBytes: true)
            guard let object = database.object, object["bridge_config"] != nil || object["interface_config"] != nil
            else {
                throw JSONError(reason: "neither bridge_config nor interface_config is in it", offset: 0)
            }
            for key in ["bridge_config", "interface_config"] where object[key] != nil && object[key]?.object == nil {
                throw JSONError(reason: "\(key) is no object", offset: 0)
            }
            let reading = NetworkdRecords(database, management: management, places: [:]).reading
            guard !reading.diagnostics.errors.isEmpty || !reading.model.warnings.isEmpty else { return reading }
            // Where values stand is looked for only when it is to be told.
            return NetworkdRecords(database, management: management, places: try positions(bytes)).reading
        } catch {
            throw CacheError(name, .malformed(error.reason, LineStarts(bytes).position(error.offset)))
        }
    }

    private static func positions(_ bytes: [UInt8]) throws(JSONError) -> [[String]: ModelError.Position] {
        let lines = LineStarts(bytes)
        return try JSONReader.places(in: bytes, depth: 5, takesAnyBytes: true).mapValues(lines.position)
    }
}

/// Where the lines of a text begin.
private struct LineStarts {
    private let starts: [Int]

    init(_ bytes: [UInt8]) {
        starts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The line and column of a byte.
    func position(_ offset: Int) -> ModelError.Position {
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return ModelError.Position(line: low + 1, column: offset - starts[low] + 1)
    }
}
