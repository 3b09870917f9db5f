/// Facts of the host that are neither XAPI's records nor change while we look.
package struct HostFacts: Equatable, Sendable {
    /// Which tells whether a PIF is attached.
    package enum Attachment: Sendable {
        /// The file in which this program keeps what it attached since boot.
        case recorded
        /// XAPI's `currently_attached`.
        case xapi
    }

    /// What switches the host's frames.
    package var datapath: Datapath
    /// Where Open vSwitch forwards.
    package var datapathType: DatapathType
    /// What tells whether a PIF is attached.
    package var attachment: Attachment
    /// Whether the first boot after installation is under way: DHCP servers then get more time.
    package var isFirstBoot: Bool
    /// The MAC address of the card that the host booted over and must not lose (`/proc/ardence`).
    package var bootMAC: MACAddress?
    /// The devices that the records described before they were replaced: what stands on the request's cards and is among
    /// them makes room.
    package var formerDevices: Set<DeviceName> = []
    /// Those of them that xcp-networkd looks after.
    package var networkdDevices: Set<DeviceName> = []
    /// What is odd about the host itself.
    package var warnings: [Warning] = []

    /// Creates facts.
    package init(
        datapath: Datapath, datapathType: DatapathType = .system, attachment: Attachment = .recorded,
        isFirstBoot: Bool = false, bootMAC: MACAddress? = nil
    ) {
        self.datapath = datapath
        self.datapathType = datapathType
        self.attachment = attachment
        self.isFirstBoot = isFirstBoot
        self.bootMAC = bootMAC
    }
}
