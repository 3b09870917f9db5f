/// The tables of ``VswitchState``.
package enum VswitchTable: String, Hashable, Sendable, Codable, CaseIterable {
    case bridge = "Bridge"
    case port = "Port"
    case interface = "Interface"
    case manager = "Manager"
    case ssl = "SSL"
    case sampleCollector = "Flow_Sample_Collector_Set"

    /// The name of the only row of table `SSL`.
    package static let sslName = "configuration"

    /// Where a state has the table's rows. To change one row by way of the subscript would copy them all.
    package var rows: WritableKeyPath<VswitchState, [String: VswitchRow]> {
        switch self {
        case .bridge: \.bridges
        case .port: \.ports
        case .interface: \.interfaces
        case .manager: \.managers
        case .ssl: \.ssl
        case .sampleCollector: \.sampleCollectors
        }
    }
}
