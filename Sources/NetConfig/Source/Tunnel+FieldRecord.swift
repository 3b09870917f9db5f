extension Tunnel {
    /// Reads a tunnel. Any word is taken as the protocol.
    init(_ record: FieldRecord) throws(ModelError) {
        self.init(
            ref: try record.ref(), uuid: record.uuid, accessPIF: try record.requiredRef("access_PIF"),
            transportPIF: try record.requiredRef("transport_PIF"))
        `protocol` = record.text("protocol")
    }
}
