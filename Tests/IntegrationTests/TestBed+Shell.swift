import Foundation
import NetConfigCore
import Testing

/// A sequence of requests that is done twice: by the program, and by the commands that it prints instead.
struct ShellCase: CustomTestStringConvertible, Sendable {
    var datapath: Datapath
    var cache: String
    /// A bridge and a verb each.
    var requests: [[String]]
    var hasServer = false

    var testDescription: String {
        "\(datapath.rawValue), \(cache): \(requests.map { $0.joined(separator: " ") }.joined(separator: ", "))"
    }

    init(_ datapath: Datapath, _ cache: String, _ requests: String..., hasServer: Bool = false) {
        self.datapath = datapath
        self.cache = cache
        self.requests = requests.map { $0.split(separator: " ").map(String.init) }
        self.hasServer = hasServer
    }

    /// Expects that after each request both hosts are alike.
    func check() throws {
        let (ours, theirs) = (try bed(), try bed())
        for request in requests {
            let run = try ours.run(["--force"] + request)
            #expect(run.status == 0, "\(run.errors)")
            let printed = try theirs.run(["--force"] + request + ["--dry-run", "--format=shell"])
            #expect(printed.status == 0, "\(printed.errors)")
            try theirs.write(printed.output, to: "/plan.sh")
            let script = try theirs.script("sh \(theirs.root)/plan.sh && rm \(theirs.root)/plan.sh")
            #expect(script.status == 0, "\(script.errors)\n\(printed.output)")
            let (expected, found) = (try facts(of: ours), try facts(of: theirs))
            let differences =
                expected.subtracting(found).map { "only ours: \($0)" }
                + found.subtracting(expected).map { "only the shell's: \($0)" }
            #expect(differences.isEmpty, "\(differences.sorted().joined(separator: "\n"))\n\(printed.output)")
        }
    }

    private func bed() throws -> TestBed {
        let bed = try TestBed(datapath, cache: "plan/_topologies/\(cache).dbcache")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        try bed.makeDirectory("/var/lib/xcp")
        if hasServer { try bed.bed(["dhcp-server", bed.directory]) }
        return bed
    }

    /// What a snapshot says, but for the name of the host's directory, and addresses that the kernel draws by lot: those of
    /// devices that Open vSwitch makes and no program sets up.
    private func facts(of bed: TestBed) throws -> Set<String> {
        let drawn = datapath == .openvswitch ? ["ovs-system address: ", "bond0 address: "] : []
        return Set(
            try bed.snapshot().facts.filter { !drawn.contains(where: $0.hasPrefix) }.map {
                $0.replacing(bed.directory, with: "BED")
            })
    }
}
