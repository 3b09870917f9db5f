internal import NetConfigCore

/// How an interface is configured.
extension NetworkdRecords {
    struct Variant {
        var name: String
        /// Whether something in it is no address with a length.
        var isMalformed = false
        var addresses: [(address: String, length: Int)] = []
        var hasAddresses: Bool { name == "DHCP6" || name == "Autoconf6" || name == "Static6" }
    }

    /// A variant as OCaml's JSON has it: a word, or a list of a word and what belongs to it.
    static func variant(_ value: JSON?) -> Variant? {
        if let name = value?.string { return Variant(name: name) }
        guard let parts = value?.array, let name = parts.first?.string else { return nil }
        let entries = parts.dropFirst().first?.array ?? []
        let addresses = entries.compactMap { pair -> (String, Int)? in
            guard let pair = pair.array, pair.count == 2, let address = pair[0].string, let length = pair[1].integer
            else {
                return nil
            }
            return (address, length)
        }
        return Variant(name: name, isMalformed: addresses.count != entries.count, addresses: addresses)
    }
}
