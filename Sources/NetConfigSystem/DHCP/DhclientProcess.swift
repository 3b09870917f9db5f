package import NetConfigCore

/// A running `dhclient`, ours or another program's, and what its command line says.
package struct DhclientProcess {
    /// The process.
    let process: ProgramProcess
    /// The program's name.
    package static let program = "dhclient"
    private let options: [String: [String]]
    private let devices: Set<String>

    /// All that run in our network namespace.
    static func all() -> [DhclientProcess] { all(among: ProgramProcess.all(named: [program])) }

    /// Those among some processes.
    package static func all(among processes: [ProgramProcess.Found]) -> [DhclientProcess] {
        processes.filter { $0.program.isExactly(program) }.map { DhclientProcess($0.process) }
    }

    /// Reads the command line (`dhclient(8)`, and the options that Red Hat's has besides: `-C`, `-F`, `-H`, `-V`,
    /// `-timeout`).
    package init(_ process: ProgramProcess) {
        self.process = process
        var options: [String: [String]] = [:]
        var devices: Set<String> = []
        var rest = process.arguments.dropFirst()[...]
        while let argument = rest.popFirst() {
            if !argument.begins(with: "-") {
                devices.insert(argument)
            } else if Self.optionsWithValue.contains(argument) {
                options[argument, default: []].append(rest.popFirst() ?? "")
            } else {
                options[argument, default: []].append("")
            }
        }
        self.options = options
        self.devices = devices
    }

    /// Whether it gives this device its addresses. One without a device does so for all, and is not taken for one's. One that
    /// is about to release a lease (`-r`) or to end another (`-x`) is no client.
    package func configures(_ device: DeviceName, _ family: IPAddress.Family) -> Bool {
        devices.contains(device.text) && (options["-6"] != nil) == (family == .v6)
            && options["-r"] == nil && options["-x"] == nil
    }

    /// Whether it gives all devices their addresses.
    var configuresAll: Bool { devices.isEmpty && options["-r"] == nil && options["-x"] == nil }

    /// What it does on a device, as a description of the state has it.
    func client(_ device: DeviceName, _ family: IPAddress.Family) -> DHCPClient {
        DHCPClient(device: device, family: family, configuration: configuration, environment: options["-e"] ?? [])
    }

    /// The text of its configuration file; empty where it has none, or the file is gone.
    private var configuration: String {
        // Its own path, not one of ours: a client of another program has its file where that program put it.
        guard let path = options["-cf"]?.last,
            let found = try? ConfigurationFiles(below: RootPrefix()).read([path])
        else { return "" }
        return found[path]?.text ?? ""
    }

    private static let optionsWithValue: Set<String> = [
        "-p", "-D", "-e", "-pf", "-lf", "-cf", "-sf", "-s", "-g", "-C", "-H", "-F", "-V",
        "-timeout", "-df", "--decline-wait-time", "--address-prefix-len", "--dad-wait-time", "--prefix-len-hint",
    ]
}
