import Foundation
import Testing

/// A table of Open vSwitch's database as `ovs-vsctl --format=json list` shows it.
struct VswitchTableDump {
    struct Row {
        /// The row's UUID.
        var identity: String
        var name: String
        var columns: [String: VswitchDatum]
    }

    var name: String
    var rows: [Row]
}

/// A value of a column, in the notation of RFC 7047.
enum VswitchDatum: Decodable {
    case atom(String)
    case uuid(String)
    case set([VswitchDatum])
    case map([String: String])

    init(from decoder: any Decoder) throws {
        if let atom = try? Self.atom(decoder.singleValueContainer()) {
            self = .atom(atom)
            return
        }
        var list = try decoder.unkeyedContainer()
        switch try list.decode(String.self) {
        case "uuid": self = .uuid(try list.decode(String.self))
        case "set": self = .set(try list.decode([VswitchDatum].self))
        case "map":
            let pairs = try list.decode([[VswitchDatum]].self).map { $0.map { $0.text(names: [:]) } }
            self = .map(Dictionary(uniqueKeysWithValues: pairs.map { ($0.first ?? "", $0.last ?? "") }))
        case let other:
            throw DecodingError.dataCorruptedError(in: list, debugDescription: "neither uuid, set nor map: \(other)")
        }
    }

    private static func atom(_ value: any SingleValueDecodingContainer) throws -> String {
        if let text = try? value.decode(String.self) { return text }
        if let flag = try? value.decode(Bool.self) { return "\(flag)" }
        return "\(try value.decode(Int.self))"
    }

    /// The rows that a set of references or a single one names.
    var references: [String] {
        switch self {
        case .uuid(let identity): [identity]
        case .set(let members): members.flatMap(\.references)
        default: []
        }
    }

    /// The value as text: in one order, and rows by their names.
    func text(names: [String: String]) -> String {
        switch self {
        case .atom(let text): text
        case .uuid(let identity): names[identity] ?? identity
        case .set(let members): "[" + members.map { $0.text(names: names) }.sorted().joined(separator: ", ") + "]"
        case .map(let pairs): "{" + pairs.map { "\($0)=\($1)" }.sorted().joined(separator: ", ") + "}"
        }
    }
}

extension TestBed {
    /// The tables and columns that are configuration; the others are what Open vSwitch tells about its work.
    static let configuration = [
        "Open_vSwitch": "_uuid,external_ids,other_config,next_cfg",
        "Bridge": "_uuid,name,ports,fail_mode,datapath_type,mcast_snooping_enable,controller,mirrors,stp_enable,"
            + "other_config,external_ids",
        "Port": "_uuid,name,interfaces,tag,trunks,fake_bridge,bond_mode,bond_updelay,bond_downdelay,bond_fake_iface,"
            + "lacp,mac,qos,other_config,external_ids",
        "Interface": "_uuid,name,type,mac,mtu_request,options,other_config,external_ids",
    ]

    func vswitchTables(_ columns: [String: String] = configuration) throws -> [VswitchTableDump] {
        struct Answer: Decodable {
            var headings: [String]
            var data: [[VswitchDatum]]
        }
        let tables = columns.sorted { $0.key < $1.key }
        let commands = tables.flatMap { ["--", "--columns=\($0.value)", "list", $0.key] }
        let answers = lines(try host(["ovs-vsctl", "--timeout=10", "--no-wait", "--format=json"] + commands))
        return try zip(tables, answers).map { table, text in
            let answer = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
            let rows = answer.data.map { values in
                var columns = Dictionary(uniqueKeysWithValues: zip(answer.headings, values))
                let identity = columns.removeValue(forKey: "_uuid")?.text(names: [:]) ?? ""
                return VswitchTableDump.Row(
                    identity: identity, name: columns["name"]?.text(names: [:]) ?? "", columns: columns)
            }
            return VswitchTableDump(name: table.key, rows: rows)
        }
    }
}
