extension NetworkModel {
    /// The PIF that a bridge name stands for, or the device name of a bridgeless PIF.
    ///
    /// - Throws: ``UnknownBridge`` with the names that would do.
    public func pif(named name: String) throws(UnknownBridge) -> PIF { try pifs(named: [name])[0].get() }

    /// The PIFs of several such names, in their order.
    package func pifs(named names: [String]) -> [Result<PIF, UnknownBridge>] {
        let wanted = Set(names)
        var found: [String: PIF] = [:]
        for pif in pifs.values {
            if let name = ipDevice(of: pif)?.text, wanted.contains(name) { found[name] = pif }
        }
        let known = found.count < wanted.count ? pifs.values.compactMap(ipDevice).sorted() : []
        return names.map { name in
            if let pif = found[name] { return .success(pif) }
            let leftOut = unusable.first { $0.device?.text == name }
            return .failure(
                UnknownBridge(
                    name: name, known: known, fault: leftOut?.fault ?? faults.first, isLeftOut: leftOut != nil))
        }
    }
}
