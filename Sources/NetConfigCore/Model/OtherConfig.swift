/// The keys of a record's `other_config` that this program uses. All others belong to XAPI and its clients.
package struct OtherConfig: Sendable {
    /// The records that have an `other_config` here.
    package enum Owner: Sendable, CaseIterable {
        case pif, network, pool
    }

    /// Key to value, both as XAPI has them.
    package private(set) var entries: [String: String]
    /// The keys that were dropped, sorted: XAPI's own, and misspelt ones.
    package let ignored: [String]

    /// Creates a map without entries.
    package init() {
        entries = [:]
        ignored = []
    }

    /// Creates a map from a record's `other_config`, without the keys that this program does not use on this kind of record.
    package init(_ entries: [String: String], of owner: Owner) {
        let known = entries.filter { Self.isMeaningful($0.key, on: owner) }
        self.entries = known
        ignored = entries.count == known.count ? [] : entries.keys.filter { known[$0] == nil }.sorted()
    }

    /// The value of a key, `nil` where it is not set.
    package subscript(key: String) -> String? { entries[key] }

    /// The value of a key that this program uses, `nil` where it is not set.
    package subscript(key: OtherConfigKey) -> String? { entries[key.rawValue] }

    /// Whether this program uses a key on this kind of record.
    package static func isMeaningful(_ key: String, on owner: Owner) -> Bool {
        guard let known = OtherConfigKey(rawValue: key) else { return owner == .pif && isBondOption(key) }
        return known.owners.contains(owner)
    }

    /// Whether a key may name a bond option: `bond-` followed by letters, digits and `-_.`. Other keys could not be stored in
    /// the cache, where a key is the name of an element.
    private static func isBondOption(_ key: String) -> Bool {
        key.begins(with: "bond-") && key.utf8.count > 5
            && key.utf8.allSatisfy { byte in
                byte.isLetter || byte.isDigit || "-_.".utf8.contains(byte)
            }
    }
}

extension OtherConfig: Equatable {
    /// Compares the entries; ignored keys make no difference.
    package static func == (lhs: OtherConfig, rhs: OtherConfig) -> Bool { lhs.entries == rhs.entries }
}
