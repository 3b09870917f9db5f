internal import NetConfigCore

/// The database that XAPI keeps of the whole pool: a table of rows for each class, and the fields as attributes of a row.
/// It is read for the names of virtual machines while XAPI does not run.
package struct StateDatabase {
    /// Where XAPI keeps it, and where it used to.
    package static let standardPaths = ["/var/lib/xcp/state.db", "/var/xapi/state.db"]
    /// The most bytes that it may have: several times what a pool of 64 hosts has.
    package static let maximumSize = 128 << 20
    /// A row of a virtual machine has more attributes, and longer ones, than records elsewhere.
    private static let limits = XMLDocument.Limits(attributes: 256, markup: 1 << 19)
    /// How many rows are kept: a domain's number is some virtual machine's on each host of the pool.
    private static let maximumCount = 10_000

    /// The names of virtual machines by their domains.
    package private(set) var names: [Int: String] = [:]

    /// Reads the names of virtual machines on one host.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - domains: The domains that are asked for.
    ///   - host: The host's uuid.
    /// - Throws: `FileError`, `XMLError` for what is no such database as far as it needs to be read.
    package init(contentsOf path: String, domains: Set<Int>, host: String) throws {
        try self.init(InputFile(path, limit: Self.maximumSize).contents(), domains: domains, host: host)
    }

    /// The same of a text.
    init(_ bytes: [UInt8], domains: Set<Int>, host: String) throws(XMLError) {
        try self.init(XMLDocument(bytes, limits: Self.limits), domains, host)
    }

    private init(_ document: consuming XMLDocument, _ domains: Set<Int>, _ host: String) throws(XMLError) {
        var xml = document
        guard let root = try xml.nextChild() else { return }
        guard root.name == "database" else {
            throw XMLError(message: "the root element is '\(root.name)', expected 'database'", position: root.position)
        }
        var guests: [Row] = []
        var own: String?
        var unread: Set = ["VM", "host"]
        // What comes after both tables is of no interest.
        while !unread.isEmpty, let table = try xml.nextChild() {
            guard table.name == "table", let name = table["name"], unread.remove(name) != nil else {
                try xml.skip()
                continue
            }
            while let row = try xml.nextChild() {
                if name == "VM" {
                    if let guest = Row(row, domains), guests.count < Self.maximumCount { guests.append(guest) }
                } else if row["uuid"]?.isExactly(host) == true {
                    own = row["ref"]
                }
                try xml.skip()
            }
        }
        for guest in guests where own.map(guest.host.isExactly) == true { names[guest.domain] = guest.name }
    }

    /// What is needed of a row of a virtual machine.
    private struct Row {
        let domain: Int
        let host: String
        let name: String

        /// Takes a row that is of one of the domains.
        init?(_ row: XMLDocument.Tag, _ domains: Set<Int>) {
            guard let domain = row["domid"].flatMap({ Int($0) }), domains.contains(domain),
                let host = row["resident_on"], let name = row["name__label"]
            else { return nil }
            self.domain = domain
            self.host = host
            self.name = GuestName.shown(StateDatabase.plain(name))
        }
    }

    /// A value without what XAPI writes for white space, of which XML would not keep all: `%.` for a blank, `%t`, `%n`, `%r`,
    /// `%%` for the sign itself, and in older databases `%_` for two blanks.
    private static func plain(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var plain: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let code = rest.first, let meaning = meanings[code] else {
                plain.append(byte)
                continue
            }
            rest.removeFirst()
            plain += meaning.utf8
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static let meanings: [UInt8: String] = [
        UInt8(ascii: "."): " ", UInt8(ascii: "t"): "\t", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r",
        UInt8(ascii: "%"): "%", UInt8(ascii: "_"): "  ",
    ]
}
