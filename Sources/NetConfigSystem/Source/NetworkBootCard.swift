package import NetConfigCore

/// A host that booted over one of its NICs: `/proc/ardence` says which one. That NIC carries the host's disk and must be
/// left alone.
package enum NetworkBootCard {
    /// Where the kernel says so; on other hosts there is no such file.
    package static let standardPath = "/proc/ardence"
    /// The most bytes that are read.
    package static let maximumSize = 1 << 16

    /// The MAC address of the NIC that the host booted over, `nil` for a host with a disk of its own.
    ///
    /// - Throws: `FileError` for a file that is there and cannot be read.
    package static func macAddress(contentsOf path: String) throws(FileError) -> MACAddress? {
        do throws(FileError) {
            return macAddress(in: try InputFile(path, limit: maximumSize).text())
        } catch {
            guard error.isMissing else { throw error }
            return nil
        }
    }

    /// The address on the line `HWaddr:`; upper and lower case are the same.
    package static func macAddress(in text: String) -> MACAddress? {
        for line in text.lowercased().lines() {
            guard let label = line.place(of: "hwaddr:") else { continue }
            if let address = line[label.upperBound...].words.first.flatMap({ MACAddress(String($0)) }) {
                return address
            }
        }
        return nil
    }
}
