extension Guest {
    /// The virtual machine as both schemas describe it.
    var json: JSON {
        .object([
            "domain": .integer(domain), "name": JSON(name), "devices": .array(devices.map { .string($0.text) }),
        ])
    }
}
