/// What xcp-networkd does in Open vSwitch in its own way, and what is as good.
extension VswitchState {
    /// The columns of an uplink that keep it from being one. xcp-networkd has Open vSwitch set a card's MTU, which is kept where it
    /// configures the host.
    func strayColumns(ofUplink port: String, _ facts: HostFacts, _ links: [DeviceName: Link]) -> [StrayColumn] {
        strayColumns(ofUplink: port).filter { column in
            guard facts.isNetworkds, column.name == "mtu_request", case .integer(let mtu) = column.value
            else {
                return true
            }
            return DeviceName(interface: column.row).flatMap { links[$0]?.mtu } != mtu
        }
    }
}
