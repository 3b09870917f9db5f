/// Which files an undo restores. The paths come from a record, which may be anything.
extension HostFile {
    /// Whether the host, or XAPI, takes its configuration from the file at its next start.
    static func isRecord(_ path: String) -> Bool {
        let kept = NetworkReset.keptFiles
        return caches.contains(path) || kept.contains(path) || path == networkReset
            || kept.contains { asides(of: $0).contains(path) }
    }

    /// Whether it is a file that runs write.
    static func isRestored(_ path: String) -> Bool {
        if isRecord(path) || [attached, resolver, sysconfigNetwork].contains(path) { return true }
        return ["\(scripts)/ifcfg-", "\(scripts)/route-"].contains { prefix in
            path.begins(with: prefix) && !path.utf8.dropFirst(prefix.utf8.count).contains(UInt8(ascii: "/"))
        }
    }

    /// Whether it is a file that runs move out of the way.
    static func isMoved(_ path: String) -> Bool {
        let moved = caches + [networkdDatabase]
        return moved.contains(path) || moved.contains { asides(of: $0).contains(path) }
    }
}
