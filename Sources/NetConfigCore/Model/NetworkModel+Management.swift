extension NetworkModel {
    /// The bridges to bring up, the first of them as the management interface. Where the first one is the bridge of a card that
    /// has become a bond's slave and gave its address to the bond, it is replaced by the bond's bridge, with a warning.
    ///
    /// XAPI writes the new bridge's name down when all else is done. A host that boots before that would leave the bond out
    /// for a bridge with nothing to answer from. A slave that still has an address of its own is brought up as it is asked for.
    package mutating func managing(_ bridges: [String]) -> [String] {
        guard let name = bridges.first, let slave = try? pif(named: name), let bond = slave.bondSlaveOf,
            let master = bonds[bond].flatMap({ pifs[$0.master] }), let device = ipDevice(of: master),
            master.isConfigured, !slave.isConfigured
        else { return bridges }
        warnings.append(
            Warning(
                name,
                "\(slave) is a slave of \(master) in its record; \(device) becomes the management interface instead"))
        return [device.text] + bridges.dropFirst()
    }
}
