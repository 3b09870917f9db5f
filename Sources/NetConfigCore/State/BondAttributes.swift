/// Attributes of a Linux bond. Names and numbers are those of the kernel's `bonding.rst`.
package struct BondAttributes: Hashable, Sendable, Codable {
    /// The bonding mode's name, such as `active-backup` or `802.3ad`.
    package var mode: String
    /// Link monitoring interval in milliseconds.
    package var miimon: Int
    /// Delay before a link that came up is used, in milliseconds, a multiple of `miimon`.
    package var updelay: Int
    /// Delay before a link that went down is given up, in milliseconds, a multiple of `miimon`.
    package var downdelay: Int
    /// Whether the carrier flag is asked, and not the card's registers.
    package var useCarrier: Bool
    /// Transmit hash policy's name, such as `layer2`; `nil` leaves the kernel's.
    package var transmitHashPolicy: String?
    /// LACP rate, `slow` or `fast`; `nil` leaves the kernel's, and where the mode is not 802.3ad.
    package var lacpRate: String?
    /// The slave that is preferred in mode active-backup.
    package var primary: DeviceName?

    /// Creates attributes.
    package init(
        mode: String, miimon: Int, updelay: Int, downdelay: Int, useCarrier: Bool, transmitHashPolicy: String? = nil,
        lacpRate: String? = nil, primary: DeviceName? = nil
    ) {
        self.mode = mode
        self.miimon = miimon
        self.updelay = updelay
        self.downdelay = downdelay
        self.useCarrier = useCarrier
        self.transmitHashPolicy = transmitHashPolicy
        self.lacpRate = lacpRate
        self.primary = primary
    }
}
