internal import NetConfigCore

extension XAPISession {
    /// The names of virtual machines on one host, by their domains: two calls, and no more records than are asked for. A record
    /// of a virtual machine is long.
    ///
    /// - Parameters:
    ///   - domains: The domains that are asked for.
    ///   - host: The host's uuid.
    /// - Returns: The names of those that XAPI knows.
    /// - Throws: ``XAPIError``, `Interruption`.
    package func guestNames(of domains: Set<Int>, host: String) throws -> [Int: String] {
        let alternatives = domains.sorted().map { "field \"domid\"=\"\($0)\"" }.joined(separator: " or ")
        let condition = "field \"resident_on\"=\"\(try reference(ofHost: host))\" and (\(alternatives))"
        var names: [Int: String] = [:]
        for record in try records("VM.get_all_records_where", condition) {
            guard let domain = record.value["domid"]?.text.flatMap({ Int($0) }), domains.contains(domain),
                let name = record.value["name_label"]?.text
            else { continue }
            names[domain] = GuestName.shown(name)
        }
        return names
    }

    /// The reference of a host, fit to be part of a query.
    func reference(ofHost uuid: String) throws -> String {
        let call = "host.get_by_uuid"
        guard let reference = try self.call(call, uuid).string, !reference.includes("\""), !reference.includes("\\")
        else { throw XAPIError(call, .malformed("expected a reference")) }
        return reference
    }
}
