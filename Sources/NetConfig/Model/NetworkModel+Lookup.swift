/// A name that none of this host's networks has.
public struct UnknownBridge: Error, Equatable, Sendable {
    /// The name that was asked for.
    public var name: String
    /// The names that there are.
    public var known: [DeviceName]
}

extension UnknownBridge: CustomStringConvertible {
    /// What was asked for and what there is.
    public var description: String {
        let names = known.isEmpty ? "none" : known.map(\.text).joined(separator: ", ")
        return "no network of this host has the bridge '\(name)'; there are: \(names)"
    }
}

extension NetworkModel {
    /// The PIF that a bridge name stands for, or the device name of a bridgeless PIF.
    ///
    /// - Throws: ``UnknownBridge`` with the names that would do.
    public func pif(named name: String) throws(UnknownBridge) -> PIF {
        if let pif = pifs.values.first(where: { ipDevice(of: $0)?.text == name }) { return pif }
        throw UnknownBridge(name: name, known: pifs.values.compactMap(ipDevice).sorted())
    }
}
