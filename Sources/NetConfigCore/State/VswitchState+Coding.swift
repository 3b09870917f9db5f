/// A state that is written down: the rows, and what else there is where it is not as usual.
extension VswitchState: Codable {
    private enum CodingKeys: CodingKey {
        case bridges, ports, interfaces, managers, ssl, sampleCollectors, flows, controlled, empty, controllers, failing
        case isCarriedOut, canRequestMTU
    }

    /// Reads a state; what it does not say is as usual.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func rows(_ key: CodingKeys) throws -> [String: VswitchRow] {
            try values.decodeIfPresent([String: VswitchRow].self, forKey: key) ?? [:]
        }
        bridges = try values.decode([String: VswitchRow].self, forKey: .bridges)
        ports = try values.decode([String: VswitchRow].self, forKey: .ports)
        interfaces = try values.decode([String: VswitchRow].self, forKey: .interfaces)
        (managers, ssl, sampleCollectors) = (try rows(.managers), try rows(.ssl), try rows(.sampleCollectors))
        flows = try values.decodeIfPresent([String: Set<SecureModeFlow>].self, forKey: .flows) ?? [:]
        controlled = try values.decodeIfPresent(Set<String>.self, forKey: .controlled) ?? []
        empty = try values.decodeIfPresent(Set<String>.self, forKey: .empty) ?? []
        controllers = try values.decodeIfPresent([String: [String]].self, forKey: .controllers) ?? [:]
        failing = try values.decodeIfPresent([String: String].self, forKey: .failing) ?? [:]
        isCarriedOut = try values.decodeIfPresent(Bool.self, forKey: .isCarriedOut) ?? true
        canRequestMTU = try values.decodeIfPresent(Bool.self, forKey: .canRequestMTU) ?? true
    }

    /// Writes a state.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(bridges, forKey: .bridges)
        try values.encode(ports, forKey: .ports)
        try values.encode(interfaces, forKey: .interfaces)
        for (key, rows) in [(CodingKeys.managers, managers), (.ssl, ssl), (.sampleCollectors, sampleCollectors)]
        where !rows.isEmpty {
            try values.encode(rows, forKey: key)
        }
        try values.encode(flows, forKey: .flows)
        try values.encode(controlled, forKey: .controlled)
        if !empty.isEmpty { try values.encode(empty, forKey: .empty) }
        try values.encode(controllers, forKey: .controllers)
        try values.encode(failing, forKey: .failing)
        if !isCarriedOut { try values.encode(false, forKey: .isCarriedOut) }
        if !canRequestMTU { try values.encode(false, forKey: .canRequestMTU) }
    }
}
