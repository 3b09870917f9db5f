import NetConfigCore
import NetConfigSystem

/// Files and tables of the host that this program reads: the text stands for each of them in turn.
package func fuzzHostFiles(_ bytes: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: bytes, as: UTF8.self)
    try checkInventory(text)
    _ = try? NetworkBackend.datapath(in: text, file: "network.conf")
    _ = NetworkBootCard.macAddress(in: text)
    try checkNetwork(text)
    try checkRecords(bytes, text)
    for device in NetworkModel.sample.pifsInOrder.map(\.device) {
        _ = LinkLocalAddress.usable(on: device, table: text)
        try checkProcess(text, device)
    }
    let files = [HostFile.attached, HostFile.resolver, HostFile.sysconfigNetwork]
    // One datapath for each input, to be fast.
    let datapath: Datapath = bytes.count.isMultiple(of: 2) ? .bridge : .openvswitch
    let rows = datapath == .openvswitch ? VswitchState() : nil
    var walk = Walk(model: .sample, facts: HostFacts(datapath: datapath), rows: rows)
    for file in files { walk.state.files[file] = FileContents(text) }
    walk.state.dhcpClients = NetworkModel.sample.pifsInOrder.compactMap(NetworkModel.sample.ipDevice).map {
        DHCPClient(device: $0, family: .v4, configuration: text, environment: bytes.lines)
    }
    try walk.go()
}

/// A value that was read, and written as a shell takes it literally, is read again.
private func checkInventory(_ text: String) throws(BrokenPromise) {
    for (key, value) in Inventory(text).values {
        try expect(
            key.utf8.allSatisfy { (0x30...0x7A).contains($0) && $0 != UInt8(ascii: "=") }, "no shell's key: \(key)")
        let line = "\(key)=\(ConfigurationText.quoted(value))"
        try expect(Inventory(line)[key] == value, "a value that is another one when it is quoted: \(line)")
    }
}

/// Records that are read in place of a cache fit together, and lead to plans.
private func checkRecords(_ bytes: [UInt8], _ text: String) throws(BrokenPromise) {
    let models = [
        try? NetworkdReader.read(bytes, name: "networkd.db", management: "xenbr0"),
        try? ManagementConfiguration.read(text, name: "management.conf", interface: nil),
    ].compactMap(\.self)
    for model in models {
        try expect((try? model.validate()) != nil, "records that do not fit together")
        var walk = Walk(model: model, facts: HostFacts(datapath: .bridge), rows: nil)
        try walk.go()
    }
}

/// Of the two variables each is there once, as it was set, and all other lines are as they were.
private func checkNetwork(_ text: String) throws(BrokenPromise) {
    let variables = [(name: "DNSDEV", value: "xenbr0"), (name: "GATEWAYDEV", value: "a'b")]
    let old = Array(text.utf8)
    let new = ConfigurationText.network(old, setting: variables)
    try expect(ConfigurationText.network(new, setting: variables) == new, "set twice it is another file")
    func others(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return lines.filter { line in
            let text = String(decoding: line.drop { $0.isWhiteSpace }, as: UTF8.self)
            let words = text.words
            let assignment =
                text.begins(with: "export") && words.first?.isExactly("export") == true
                ? words.dropFirst().first ?? "" : text[...]
            return !variables.contains { assignment.begins(with: "\($0.name)=") }
        }
    }
    try expect(others(new) == others(old), "a line was lost")
}

/// A command line that another program gave a process called dhclient.
private func checkProcess(_ text: String, _ device: DeviceName) throws(BrokenPromise) {
    let arguments = text.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
    let process = DhclientProcess(ProgramProcess(pid: 1, arguments: arguments))
    let families = IPAddress.Family.allCases.filter { process.configures(device, $0) }
    try expect(families.count < 2, "a client of both families")
}
