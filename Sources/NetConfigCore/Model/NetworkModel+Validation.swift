extension NetworkModel {
    /// Checks that the records fit together.
    ///
    /// Of several errors the same one is reported on each run: PIFs before bonds, VLANs, tunnels and networks, and
    /// within a kind the least reference. Takes linear time.
    ///
    /// - Throws: `ModelError` for a reference that leads nowhere, relations whose two ends contradict each other, a PIF
    ///   that is master of two bonds, a bond without slaves, VLANs that stand on themselves, a VLAN PIF without a tag or
    ///   without a VLAN record, and two PIFs on one network or on two networks of one bridge name.
    package func validate() throws(ModelError) {
        if let first = ModelValidation(self).errors.first { throw first }
    }
}
