/// What must be looked at before a request can be planned, beyond the kernel's links and Open vSwitch's rows.
///
/// Reading costs time, and a host has hundreds of devices that a request does not concern.
public struct ObservationScope: Equatable, Sendable, Codable {
    /// Devices whose ethtool settings and DHCP clients matter.
    public var devices: Set<DeviceName> = []
    /// Files that the request may replace or depends on, without root prefix.
    public var files: Set<String> = []
    /// Folders whose existence matters.
    public var folders: Set<String> = [ConfigurationText.scripts]
    /// Programs whose existence matters.
    public var programs: Set<String> = [PlanBuilder.updateIssue]

    /// Everything that a request on a PIF can concern: the PIF's own devices, those of PIFs that conflict with it, and
    /// the files named after them.
    public init(for request: Request, in model: NetworkModel) {
        guard let pif = model.pifs[request.pif] else { return }
        let datapath = model.datapathPIF(of: pif)
        var concerned = [pif, datapath] + model.uplinks(of: pif)
        for uplink in model.uplinks(of: pif) {
            for master in model.bondMasters(over: uplink) {
                concerned.append(master)
                concerned += model.bond(masteredBy: master).map(model.slaves(of:)) ?? []
            }
        }
        for other in concerned where other.ref != pif.ref && other.ref != datapath.ref {
            concerned += model.vlanPIFs(on: other)
        }
        for other in concerned {
            devices.formUnion([model.netdev(of: other), model.bridge(of: other), other.device].compactMap { $0 })
        }
        files = [PlanBuilder.attachedFile, PlanBuilder.resolver, PlanBuilder.sysconfigNetwork]
        for device in [pif.device, model.netdev(of: pif), model.ipDevice(of: pif)].compactMap({ $0 })
            + model.uplinks(of: pif).map(\.device)
        {
            files.insert("\(ConfigurationText.scripts)/ifcfg-\(device)")
            files.insert("\(ConfigurationText.scripts)/route-\(device)")
        }
    }
}
