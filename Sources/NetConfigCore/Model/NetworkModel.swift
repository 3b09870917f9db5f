/// This host's network as XAPI's records describe it: what should be, never what is.
///
/// Values of this type are consistent: every reference leads to a record, each bridge is one PIF's, VLANs do not
/// stand on themselves. Records that do not fit are left out, and ``leftOut`` says which.
public struct NetworkModel: Equatable, Sendable {
    /// The PIFs of this host.
    public package(set) var pifs: [Ref<PIF>: PIF] = [:]
    /// The networks of the pool; also those that this host has no PIF on.
    public package(set) var networks: [Ref<Network>: Network] = [:]
    /// The bonds of this host.
    public package(set) var bonds: [Ref<Bond>: Bond] = [:]
    /// The VLANs of this host.
    public package(set) var vlans: [Ref<VLAN>: VLAN] = [:]
    /// The tunnels of this host.
    public package(set) var tunnels: [Ref<Tunnel>: Tunnel] = [:]
    /// The pool; `nil` in installers' caches.
    package var pool: Pool?
    /// Values that could not be used and were left out, found while the records were read.
    public package(set) var warnings: [Warning] = []
    /// What is wrong with records that were left out, or left out a reference.
    package var faults: [ModelError] = []
    /// The PIFs that were left out, by reference.
    package var unusable: [UnusablePIF] = []

    /// Creates a model without records.
    package init() {}

    /// Why records, or references of theirs, were left out: a sentence each.
    public var leftOut: [String] { faults.map(\.description) }
}
