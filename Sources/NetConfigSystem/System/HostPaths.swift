internal import SystemPackage

/// Where a host keeps what this program reads, writes and talks to.
public struct HostPaths: Equatable, Sendable, Codable {
    /// The directory below which everything is; empty for the root directory.
    public var rootPrefix: String
    /// ovsdb-server's socket.
    public var ovsdb: String
    /// XAPI's socket.
    public var xapi: String

    /// Where XAPI's socket is, the usual place first.
    public static let xapiSockets = ["/var/lib/xcp/xapi", "/var/xapi/xapi"]

    /// Creates paths. Relative ones begin in the working directory, and are made absolute.
    ///
    /// - Parameters:
    ///   - rootPrefix: The directory below which everything is, `/` or `""` for the root directory.
    ///   - ovsdb: ovsdb-server's socket; the default is its usual place below the root prefix.
    ///   - xapi: XAPI's socket; the default is the first of ``xapiSockets`` below the root prefix that is there.
    public init(rootPrefix: String = "", ovsdb: String? = nil, xapi: String? = nil) {
        var bytes = rootPrefix[...].utf8
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let prefix = bytes.isEmpty ? "" : fromHere(String(Substring(bytes)))
        self.rootPrefix = prefix
        self.ovsdb = ovsdb.map(fromHere) ?? "\(prefix)/var/run/openvswitch/db.sock"
        let sockets = Self.xapiSockets.map { "\(prefix)\($0)" }
        self.xapi = xapi.map(fromHere) ?? sockets.first { FilePath($0).exists } ?? sockets[0]
    }

    /// The root prefix as the directory that paths are resolved below.
    package var root: RootPrefix { RootPrefix(FilePath(rootPrefix.isEmpty ? "/" : rootPrefix)) }

    /// An absolute path below the root prefix.
    public func path(_ path: String) -> String { rootPrefix + path }
}
