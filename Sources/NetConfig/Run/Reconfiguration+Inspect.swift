internal import NetConfigCore
package import NetConfigSystem

/// `check`: all that is wrong with the records, and nothing is touched.
extension Reconfiguration {
    /// Inspects the records that are read where XAPI is not asked.
    package func inspectRecords() -> Inspection {
        let file = recordsFile
        do throws(CacheError) {
            switch file.kind {
            case .cache: return inspectCache()
            case .networkd:
                return Inspection(ofNetworkd: try file.networkdReading(), name: file.path, datapath: knownDatapath)
            case .management:
                return Inspection(ofManagement: try file.model(), name: file.path, datapath: knownDatapath)
            }
        } catch {
            return Inspection(unusable: error, advice: file.kind == .networkd ? Advice.networkd : Advice.management)
        }
    }

    private func inspectCache() -> Inspection {
        let location = cacheLocation
        do throws(FileError) {
            let bytes = try InputFile(location.path, limit: CacheReader.maximumSize).contents()
            var inspection = Inspection(ofCache: bytes, name: location.path, datapath: knownDatapath)
            if !inspection.isUsable { inspection.addLastGood(location) }
            return inspection
        } catch {
            var inspection = Inspection(unreadable: error, name: location.path)
            inspection.addLastGood(location)
            return inspection
        }
    }

    /// Inspects XAPI's records of this host.
    ///
    /// - Throws: `XAPIError` and what else keeps them from being read.
    package func inspectLive(_ access: XAPIAccess) throws -> Inspection {
        var reading = RecordReading(keepingRecords: true)
        try withXAPI(access) { session, host in try reading.addAll(from: session, host: host) }
        return Inspection(ofLive: reading, datapath: knownDatapath)
    }

    /// What switches the host's frames; on a machine that is none of XenServer's, where a cache is looked at, Open vSwitch.
    private var knownDatapath: Datapath { (try? datapath()) ?? .openvswitch }
}

extension Inspection {
    /// A host whose cache is gone comes up with the copy before it, as that is.
    fileprivate mutating func addLastGood(_ location: CacheLocation) {
        let copy = CacheLocation(path: location.lastGoodPath)
        guard (try? copy.load()) != nil else { return }
        add(
            .warning, "its last good copy \(copy.path) is used meanwhile, which may be out of date",
            advice: Advice.newCache)
    }
}
