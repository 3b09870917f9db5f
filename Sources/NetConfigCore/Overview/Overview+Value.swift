extension Overview {
    /// What a setting is, or is to be.
    public enum Value: Hashable, Sendable {
        /// There is nothing of it, or is to be nothing.
        case nothing
        /// What it belongs to is not there.
        case missing
        /// On or off, up or down: the setting's name tells which.
        case flag(Bool, words: Words = .onOff)
        /// A count, such as an MTU in bytes; `unit` is part of the text.
        case number(Int, unit: String? = nil)
        /// A device, or a bridge of Open vSwitch.
        case device(String)
        /// A hardware address.
        case mac(MACAddress)
        /// Addresses with their networks' lengths.
        case prefixes([IPPrefix])
        /// Addresses of others: gateways, name servers.
        case addresses([IPAddress])
        /// Anything else.
        case text(String)

        /// What a flag is called.
        public enum Words: Sendable {
            case onOff, upDown
        }
    }
}

extension Overview.Value: CustomStringConvertible {
    /// The value as `show` shows it.
    public var description: String {
        switch self {
        case .nothing: "none"
        case .missing: "missing"
        case .flag(let isOn, .onOff): isOn ? "on" : "off"
        case .flag(let isUp, .upDown): isUp ? "up" : "down"
        case .number(let number, let unit): unit.map { "\(number) \($0)" } ?? String(number)
        case .device(let name), .text(let name): name
        case .mac(let mac): mac.description
        case .prefixes(let prefixes): prefixes.isEmpty ? "none" : prefixes.map(\.description).joined(separator: ", ")
        case .addresses(let addresses):
            addresses.isEmpty ? "none" : addresses.map(\.description).joined(separator: ", ")
        }
    }
}

extension Overview.Value: ExpressibleByStringInterpolation {
    /// Creates a value that is only a text.
    public init(stringLiteral value: String) { self = .text(value) }
}

extension Overview.Value {
    /// A device that is up.
    static var up: Self { .flag(true, words: .upDown) }
}
