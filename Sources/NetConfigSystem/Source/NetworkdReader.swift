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
            let database = try JSONReader.readTolerantly(bytes)
            try require(database, bytes)
            let reading = NetworkdRecords(database, management: management, places: [:]).reading
            guard !reading.diagnostics.errors.isEmpty || !reading.model.warnings.isEmpty else { return reading }
            // Where values stand is looked for only when it is to be told.
            return NetworkdRecords(database, management: management, places: try positions(bytes)).reading
        } catch {
            throw CacheError(name, .malformed(error.message, LineStarts(bytes).position(error.offset)))
        }
    }

    /// Makes sure that a text is a database.
    private static func require(_ database: TolerantJSON, _ bytes: [UInt8]) throws(JSONError) {
        let parts = ["bridge_config", "interface_config"]
        guard let object = database.value.object, parts.contains(where: { object[$0] != nil }) else {
            throw JSONError(reason: "neither bridge_config nor interface_config is in it", offset: 0)
        }
        if let twin = database.repeated.first(where: { $0.path.count == 1 && parts.contains($0.path[0]) }) {
            throw twin
        }
        for key in parts where object[key] != nil && object[key]?.object == nil {
            let place = try JSONReader.places(in: bytes, depth: 1)[[key]] ?? 0
            throw JSONError(reason: "expected an object", path: [key], offset: place)
        }
    }

    private static func positions(_ bytes: [UInt8]) throws(JSONError) -> [[String]: ModelError.Position] {
        let lines = LineStarts(bytes)
        return try JSONReader.places(in: bytes, depth: 6).mapValues(lines.position)
    }
}
