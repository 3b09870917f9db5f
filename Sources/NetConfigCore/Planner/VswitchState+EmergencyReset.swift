extension VswitchState {
    /// Removes all that a controller may have set up, so that every bridge is a plain switch again.
    ///
    /// Equivalent to: `ovs-vsctl emer-reset`
    mutating func emergencyReset() {
        managers = [:]
        ssl = [:]
        sampleCollectors = [:]
        for name in bridges.keys {
            // What these refer to goes with the last reference.
            for column in ["controller", "fail_mode", "mirrors", "netflow", "sflow", "ipfix", "flood_vlans"] {
                bridges[name]?[column] = nil
            }
            bridges[name]?.setEntries(of: "other_config", [:]) { $0 != "hwaddr" }
        }
        for name in ports.keys { ports[name]?["other_config"] = nil }
        for name in interfaces.keys {
            interfaces[name]?["ingress_policing_rate"] = nil
            interfaces[name]?["ingress_policing_burst"] = nil
        }
    }
}
