internal import NetConfigCore

/// What to do about a finding of `check`.
enum Advice {
    /// For a broken cache: write a new one.
    static let newCache =
        "`interface-reconfigure rewrite` makes the cache anew while XAPI runs; without XAPI, correct this place, or "
        + "make a cache for the management interface alone with `interface-reconfigure --force BRIDGE rewrite`"

    /// For xcp-networkd's database, which this program never writes.
    static let networkd =
        "correct it in XAPI, which has xcp-networkd write this file; without XAPI, make the management network anew with "
        + "`interface-reconfigure reset`"

    /// For what the installer leaves.
    static let management = "correct this file, or let the host's console write it anew"

    /// For inconsistent records in XAPI: the command that shows them.
    static func look(at record: String) -> String {
        let kind = record.pieces(between: " ", atMost: 2).first ?? ""
        return "look at it with `xe \(kind)-list params=all`, and correct it in XAPI"
    }

    /// For a bad value: the `xe` command that sets it, and the one that copies it to the cache.
    static func set(_ field: String?, of record: String?, _ uuid: String?, isLive: Bool) -> String {
        guard let record, let field else { return isLive ? "correct it in XAPI" : newCache }
        let kind = String(record.pieces(between: " ", atMost: 2).first ?? "")
        let name = (uuid ?? "UUID").printable.shellQuoted()
        let parts = field.pieces(between: ":", atMost: 2).map { String($0).printable.shellQuoted() }
        let rewrite = isLive ? "" : ", then `interface-reconfigure rewrite`"
        switch (kind, parts.first, parts.count) {
        case (_, "other_config", 2):
            return "`xe \(kind)-param-set uuid=\(name) other-config:\(parts[1])=VALUE`\(rewrite)"
        case (_, "properties", 2):
            return "`xe \(kind)-param-set uuid=\(name) properties:\(parts[1])=VALUE`\(rewrite)"
        case ("pif", "IP", _), ("pif", "netmask", _), ("pif", "gateway", _), ("pif", "DNS", _):
            return "`xe pif-reconfigure-ip uuid=\(name) mode=static IP=ADDRESS netmask=MASK`\(rewrite)"
        case ("pif", "IPv6", _), ("pif", "ipv6_gateway", _):
            return "`xe pif-reconfigure-ipv6 uuid=\(name) mode=static IPv6=ADDRESS/LENGTH`\(rewrite)"
        case ("network", "MTU", _): return "`xe network-param-set uuid=\(name) MTU=1500`\(rewrite)"
        default:
            let look = "`xe \(kind)-param-list uuid=\(name)` shows what XAPI has"
            return isLive ? look : "\(look), and `interface-reconfigure rewrite` copies it"
        }
    }
}
