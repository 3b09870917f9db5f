/// Something that depends on devices and that a ``Link`` does not describe, such as a neighbour or a queueing discipline. It is
/// kept in the kernel's own form to be restored, or only named where this program cannot restore it.
package struct Belonging: Hashable, Sendable, Codable {
    /// What it is.
    package enum Content: Hashable, Sendable, Codable {
        /// An entry of one of the kernel's tables.
        case entry(Entry)
        /// An attribute of the device.
        case attribute(Attribute)
        /// A setting below `/proc/sys/net`, by its path there.
        case setting(String, value: String)
        /// What this program cannot put back.
        case lasting
    }

    /// A route or neighbour as a dump of rtnetlink has it.
    package struct Entry: Hashable, Sendable, Codable {
        /// `RTM_NEWROUTE` or `RTM_NEWNEIGH`.
        package var type: Int
        /// What follows the message's header, with 0 for each device's number.
        package var payload: [UInt8]
        /// The devices whose numbers belong at these places of the payload.
        package var numbers: [Int: DeviceName]

        /// Creates one from its parts.
        package init(type: Int, payload: [UInt8], numbers: [Int: DeviceName]) {
            self.type = type
            self.payload = payload
            self.numbers = numbers
        }
    }

    /// An attribute of a link message.
    package struct Attribute: Hashable, Sendable, Codable {
        /// Where in the message it is.
        package enum Place: Hashable, Sendable, Codable {
            /// At the top.
            case link
            /// Among those of a kind of device (`IFLA_INFO_DATA`).
            case kind(String)
            /// Among those of a port (`IFLA_INFO_SLAVE_DATA`) of a kind of master.
            case port(String)
        }

        /// Where in the message it is.
        package var place: Place
        /// Its number there (`IFLA_…`).
        package var number: Int
        /// Its value.
        package var value: [UInt8]

        /// Creates one from its parts.
        package init(place: Place, number: Int, value: [UInt8]) {
            self.place = place
            self.number = number
            self.value = value
        }
    }

    /// The devices that it depends on: it is lost with any of them.
    package var devices: [DeviceName]
    /// What it is, in words.
    package var text: String
    /// What it is.
    package var content: Content

    /// Creates one from its parts.
    package init(devices: [DeviceName], text: String, content: Content) {
        self.devices = devices
        self.text = text
        self.content = content
    }

    /// Whether it can be put back.
    var canBePutBack: Bool { content != .lasting }

    /// Whether it is an entry of the kernel's tables, about one address family or any.
    package func isEntry(_ family: IPAddress.Family? = nil) -> Bool {
        guard case .entry(let entry) = content else { return false }
        return family == nil || entry.payload.first == (family == .v4 ? 2 : 10)
    }

    /// Whether it is set on a port, and goes when the port leaves its master.
    var isOfPort: Bool {
        guard case .attribute(let attribute) = content, case .port = attribute.place else { return false }
        return true
    }
}

extension Belonging: CustomStringConvertible {
    /// The value in words, for messages and logs.
    package var description: String { "\(text) of \(devices.map(\.text).joined(separator: ", "))" }
}

extension Belonging: Comparable {
    /// By what it is about, and then by the words for it.
    package static func < (one: Belonging, other: Belonging) -> Bool {
        (one.devices.map(\.text).joined(separator: " "), one.text)
            < (other.devices.map(\.text).joined(separator: " "), other.text)
    }
}

/// What actions destroy of it. Where that is uncertain it counts as lost: when it is to be restored, what still exists is left
/// unchanged.
extension ObservedState {
    /// Forgets what hangs on a device, or some of it.
    mutating func lose(on name: DeviceName, where isLost: (Belonging) -> Bool = { _ in true }) {
        guard belongings?.isEmpty == false else { return }
        belongings = belongings?.filter { !$0.devices.contains(name) || !isLost($0) }
    }
}
