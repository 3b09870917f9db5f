/// A controller that manages the host's Open vSwitch from outside, through its database: what Open vSwitch calls a
/// manager.
package enum VswitchController: Hashable, Sendable {
    /// The host connects to it, and takes its CA certificate from the first connection.
    case active(address: String, port: UInt16)
    /// It connects to the host.
    case passive

    /// The TCP port of the OVSDB protocol, here on either side.
    package static let port: UInt16 = 6640

    /// The text of `Manager.target`: `ssl:ADDRESS:PORT`, an IPv6 address in brackets, or `pssl:PORT`.
    package var target: String {
        switch self {
        case .active(let address, let port):
            IPAddress(address)?.family == .v6 ? "ssl:[\(address)]:\(port)" : "ssl:\(address):\(port)"
        case .passive: "pssl:\(Self.port)"
        }
    }

    /// A controller to connect to.
    ///
    /// - Parameters:
    ///   - address: An IP address, an IPv6 address also in brackets, or a host name; `nil` for anything else.
    ///   - port: Its TCP port.
    package init?(address: String, port: UInt16 = port) {
        let host = Self.withoutBrackets(address)
        let isName = !host.isEmpty && host.utf8.count <= 253 && host.utf8.allSatisfy(\.isOfHostName)
        guard IPAddress(host) != nil || isName && host == address else { return nil }
        self = .active(address: host, port: port)
    }

    /// Whether a manager's target leads to this controller, whatever the port: `ssl:HOST[:PORT]`.
    func isAt(_ target: String) -> Bool {
        guard case .active(let address, _) = self, let host = Self.host(inTarget: target) else { return false }
        if let own = IPAddress(address) { return own == IPAddress(host) }
        return address.lowercased() == host.lowercased()
    }

    /// The host in a target `ssl:HOST[:PORT]`; `nil` in any other one.
    static func host(inTarget target: String) -> String? {
        guard target.begins(with: "ssl:") else { return nil }
        let place = target.dropping(4)
        let end = place.begins(with: "[") ? place.place(of: "]")?.upperBound : place.place(of: ":")?.lowerBound
        return withoutBrackets(String(place[..<(end ?? place.endIndex)]))
    }

    private static func withoutBrackets(_ text: String) -> String {
        text.begins(with: "[") && text.ends(with: "]") ? String(Substring(text.utf8.dropFirst().dropLast())) : text
    }
}

extension UInt8 {
    fileprivate var isOfHostName: Bool {
        isLetter || isDigit || "-._".utf8.contains(self)
    }
}
