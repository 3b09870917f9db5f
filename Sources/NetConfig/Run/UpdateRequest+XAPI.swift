internal import NetConfigCore
internal import NetConfigSystem

extension UpdateRequest {
    /// Reads from XAPI what it wants of Open vSwitch: the pool, under its later name the controllers, the networks and this
    /// host's PIFs. Where one of them asks for a secure bridge the VLANs, bonds and tunnels are read as well: management may
    /// need flows, and nothing can be asked any more once the bridge forwards nothing.
    ///
    /// - Parameters:
    ///   - plugin: The name under which XAPI asks.
    ///   - session: With whom to talk.
    ///   - host: Tells the host's uuid.
    /// - Throws: ``PluginFailure``, ``UnusableController``, `XAPIError`, `Interruption`.
    init(as plugin: VswitchPlugin, from session: XAPISession, host: () throws -> String) throws {
        let pools = try session.records("pool.get_all_records")
        guard let pool = pools.first else { throw PluginFailure(.noPool) }
        guard pools.count == 1 else { throw PluginFailure(.severalPools) }
        var reading = RecordReading()
        reading.add([pool], .pool)
        let controller =
            plugin.hasControllerRecords
            ? try VswitchController(records: session.records("SDN_controller.get_all_records"))
            : try VswitchController(pool: reading.model.pool)
        let networks = try session.records("network.get_all_records")
        var whole = RecordReading()
        try whole.addPIFs(from: session, host: host())
        whole.add(networks, .network)
        whole.add([pool], .pool)
        if whole.model.namesSecureBridges {
            try whole.addRelations(from: session)
            reading = whole
        } else {
            // Each place says `standalone` or nothing, and PIFs without their VLANs and bonds would be in error.
            reading.add(networks, .network)
        }
        reading.compare()
        self.init(as: plugin, controller: controller, model: reading.usableModel)
    }
}

extension VswitchController {
    /// The controller in the field of a pool.
    fileprivate init?(pool: Pool?) throws(UnusableController) {
        guard let address = pool?.vswitchController else { return nil }
        try self.init(usable: address, Self.port)
    }

    /// The controller among records of class `SDN_controller`, of which XAPI keeps one at most.
    fileprivate init?(records: [XMLRPCValue.Member]) throws(UnusableController) {
        guard let record = records.first?.value else { return nil }
        guard records.count == 1 else {
            throw UnusableController(
                description: "XAPI has \(records.count) SDN controllers, but at most one is supported")
        }
        func field(_ name: String) -> String { record[name]?.text?.trimmingXMLSpace ?? "" }
        switch field("protocol") {
        case "ssl":
            guard let port = UInt16(field("port")), port > 0 else {
                throw UnusableController(description: "the SDN controller's port '\(field("port"))' is not a TCP port")
            }
            try self.init(usable: field("address"), port)
        case "pssl": self = .passive
        case let other:
            throw UnusableController(
                description: "the SDN controller's protocol is '\(other)', expected ssl or pssl")
        }
    }

    private init(usable address: String, _ port: UInt16) throws(UnusableController) {
        guard let controller = VswitchController(address: address, port: port) else {
            throw UnusableController(
                description: "the controller's address '\(address)' is neither an address nor a host name")
        }
        self = controller
    }
}
