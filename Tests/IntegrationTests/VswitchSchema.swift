import Foundation
import Testing

/// The schema of an Open vSwitch that is older than the installed one.
enum VswitchSchema {
    /// What 2.5, of XCP-ng 8 and XenServer 8, does not have.
    private static let newerTables: Set = ["Datapath", "CT_Zone", "CT_Timeout_Policy"]
    private static let newerColumns: [String: Set<String>] = [
        "Open_vSwitch": ["datapaths", "dpdk_initialized", "dpdk_version"],
        "Port": ["cvlans", "protected"],
        "Interface": ["mtu_request", "ingress_policing_kpkts_rate", "ingress_policing_kpkts_burst"],
        "Controller": ["controller_queue_size", "type"],
    ]

    /// The schema of 2.5: the installed one without what came later.
    static func of25() throws -> String {
        try installed(without: newerTables, newerColumns) { schema in schema["version"] = "7.12.1" }
    }

    /// One that lacks more than that: the table `AutoAttach`.
    static func earlier() throws -> String {
        try installed(
            without: newerTables.union(["AutoAttach"]), newerColumns.merging(["Bridge": ["auto_attach"]]) { $1 })
    }

    private static func installed(
        without tables: Set<String>, _ columns: [String: Set<String>], change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> String {
        let file = URL(filePath: "/usr/share/openvswitch/vswitch.ovsschema")
        var schema = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        var kept = try #require(schema["tables"] as? [String: [String: Any]])
        // What is taken away must be there, or the list is not about this schema.
        for table in tables { try #require(kept.removeValue(forKey: table) != nil, "\(table)") }
        for (table, names) in columns {
            var rest = try #require(kept[table]?["columns"] as? [String: Any])
            for name in names { try #require(rest.removeValue(forKey: name) != nil, "\(table).\(name)") }
            kept[table]?["columns"] = rest
        }
        schema["tables"] = kept
        schema["cksum"] = nil
        change(&schema)
        return String(decoding: try JSONSerialization.data(withJSONObject: schema), as: UTF8.self)
    }
}
