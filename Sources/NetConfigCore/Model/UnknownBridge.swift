/// A requested name that no network of this host has.
public struct UnknownBridge: Error, Equatable, Sendable {
    /// The name that was asked for.
    public var name: String
    /// The known names.
    public var known: [DeviceName]
    /// The error in the records of the PIF with this name; for a name without a record, an error that may be the cause.
    package var fault: ModelError?
    /// Whether a PIF with this name exists and was left out because of an error.
    public var isLeftOut = false
    /// Whether a device of this name exists that no record, present or former, describes: it belongs to another program.
    public var isForeign = false
}

extension UnknownBridge: CustomStringConvertible {
    /// What was requested and which names are known: all of them, or the closest ones.
    public var description: String {
        let name = name.shortened(to: 80)
        if isForeign {
            return
                "\(name) is not a network of this host, present or former: it is not in the records, in their last good "
                + "copy, in xcp-networkd's database or in \(HostFile.attached); it is left unchanged"
        }
        guard let fault else { return list }
        return isLeftOut
            ? "\(name) cannot be used: \(fault)" : "\(list); an error in the records may be the cause: \(fault)"
    }

    private var list: String {
        let name = name.shortened(to: 80)
        let start = "no network of this host has the bridge '\(name)'; "
        guard !known.isEmpty else { return start + "known names: none" }
        guard known.count > Self.limit else { return start + "known names: \(Self.list(known))" }
        let nearest = known.map { (distance: Self.distance($0.text, name), name: $0) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(Self.limit).map(\.name)
        return start + "the closest of \(known.count) known names: \(Self.list(nearest))"
    }

    /// At most this many names are listed.
    private static let limit = 8

    private static func list(_ names: [DeviceName]) -> String { names.map(\.text).joined(separator: ", ") }

    /// The Levenshtein distance of two texts, in bytes.
    static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.utf8), Array(other.utf8.prefix(64)))
        var row = Array(0...other.count)
        for (line, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
