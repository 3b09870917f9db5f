/// Facts about the host that come from neither XAPI nor the kernel and do not change during a run.
package struct HostFacts: Equatable, Sendable {
    /// Which source decides whether a PIF is attached.
    package enum Attachment: Sendable {
        /// The file in which this program records what it attached since boot.
        case recorded
        /// XAPI's `currently_attached`.
        case xapi
        /// xcp-networkd: what its database describes is attached where it is there.
        case networkd
    }

    /// What switches the host's frames.
    package var datapath: Datapath
    /// Where Open vSwitch forwards.
    package var datapathType: DatapathType
    /// Which source decides whether a PIF is attached.
    package var attachment: Attachment
    /// Whether xcp-networkd configures this host, wherever the records come from: the rows and files that it makes in its own way
    /// are left so.
    package var isNetworkds = false
    /// Whether the first boot after installation is under way: DHCP servers then get more time.
    package var isFirstBoot: Bool
    /// The MAC address of the card that the host booted over and must not lose (`/proc/ardence`).
    package var bootMAC: MACAddress?
    /// The devices that earlier records described: those above the cards of a request make room for it.
    package var formerDevices: Set<DeviceName> = []
    /// Those of them that xcp-networkd's database describes.
    package var networkdDevices: Set<DeviceName> = []
    /// Problems with the host's own files.
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
