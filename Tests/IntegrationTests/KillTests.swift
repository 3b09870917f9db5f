import Foundation
import NetConfigTestSupport
import Testing

@testable import NetConfig
@testable import NetConfigCore

/// The program is killed at one system call after the other; the same command, given again, always finishes its work.
///
/// A system call that changes nothing outside the process leaves the same to the next run as the one after it. So those
/// that may change something, and the last one, stand for all; at full length a share of the others is tried as well.
@Suite("a run that is killed", .serialized, .needsTestBed)
struct KillTests {
    /// A place where the program is killed: when it makes a system call, for the so-manieth time.
    struct Point: Hashable, CustomStringConvertible {
        var call: String
        var occurrence: Int

        var description: String { "\(call) \(occurrence)" }
    }

    /// What is killed: `up` and then `down` of a bridge, with others up meanwhile.
    struct Subject: CustomTestStringConvertible {
        var datapath: Datapath
        var topology: String
        var bridge: String
        var others: [String] = []
        /// The PIF whose live data is used; `nil` for the cache.
        var livePIF: String?
        /// Whether the bridge is in secure mode, and needs flows.
        var isSecure = false

        var testDescription: String {
            "\(livePIF ?? bridge) of \(topology)\(isSecure ? ", secure," : "") on \(datapath)"
        }
        var arguments: [String] { livePIF.map { LiveDataTests.session + ["--pif", $0] } ?? ["--force", bridge] }
        var cache: String { "plan/_topologies/\(topology).dbcache" }
    }

    /// Each in a kernel that can do it.
    private static let subjects =
        TestBed.usableType == "system"
        ? [
            Subject(datapath: .bridge, topology: "vlan-on-bond", bridge: "xapi5"),
            Subject(datapath: .bridge, topology: "vlan-on-bond", bridge: "xapi1", others: ["xenbr0", "xenbr1"]),
        ]
        : [
            Subject(datapath: .bridge, topology: "physical", bridge: "xenbr0"),
            Subject(datapath: .bridge, topology: "physical-dhcp", bridge: "xenbr0"),
            Subject(datapath: .openvswitch, topology: "physical", bridge: "xenbr0"),
            Subject(datapath: .openvswitch, topology: "physical", bridge: "xenbr0", livePIF: "pif-eth0"),
            Subject(datapath: .openvswitch, topology: "physical", bridge: "xenbr0", isSecure: true),
            Subject(datapath: .openvswitch, topology: "vlan-on-bond", bridge: "xapi5", others: ["xenbr0"]),
        ]

    @Test(arguments: subjects)
    func `is finished by the next one, wherever it was killed`(_ subject: Subject) throws {
        let bed = try TestBed(subject.datapath, cache: subject.cache)
        let xapi = try subject.livePIF.map { _ in try XAPIServer(bed, cache: subject.cache) }
        defer { withExtendedLifetime(xapi) {} }
        if subject.isSecure { try bed.makePoolSecure() }
        if subject.topology.hasSuffix("dhcp") { try bed.bed(["dhcp-server", bed.directory]) }
        for other in subject.others { try #require(bed.run("--force", other, "up").status == 0) }
        let commands = ["up", "down"].map { subject.arguments + [$0] }
        // Once around, so that what a first run makes and none takes away, such as directories, is there.
        for command in commands { try #require(bed.run(command).status == 0) }
        var points: [[Point]] = []
        var ends: [Snapshot] = []
        for command in commands {
            points.append(
                TestLength.turns(of: try bed.points(of: bed.command(command)), in: ends.count, brief: 12, usual: 3))
            ends.append(try bed.snapshot())
        }
        var (killed, finished) = (0, 0)
        for index in 0..<(points.map(\.count).max() ?? 0) {
            for (command, (points, end)) in zip(commands, zip(points, ends)) {
                let point = points[index % points.count]
                guard try bed.kill(bed.command(command), at: point) else { continue }
                killed += 1
                let again = try bed.run(command)
                try #require(again.status == 0, "\(command) after \(point): \(again.errors)")
                let changes = try bed.snapshot().settingsChanged(since: end)
                try #require(changes.isEmpty, "\(command) after \(point):\n\(changes.joined(separator: "\n"))")
                if subject.isSecure, command.last == "up" {
                    try #require(bed.flows(of: subject.bridge).count == 4, "\(command) after \(point)")
                }
                finished += 1
            }
        }
        print("kills: \(subject.testDescription): \(finished) of \(killed) finished")
        #expect(killed > 8 && finished == killed)
    }

}

/// The same for the program as the writer of the cache.
@Suite("a run that is killed while it rewrites the cache", .serialized, .needsTestBed)
struct CacheKillTests {
    @Test
    func `leaves the old cache or the new one, and the next one finds no litter`() throws {
        let bed = try TestBed(.bridge, cache: "cache/original.xml")
        let commands = [["--mode=dhcp"], ["--mode=static", "--ip=192.0.2.9", "--netmask=255.255.255.0"]].map {
            ["--force", "xenbr0", "rewrite", "--device=eth0", "--mac=x"] + $0
        }
        func cache() -> String? { bed.text("/var/xapi/network.dbcache") }
        for command in commands { try #require(bed.run(command).status == 0) }
        let points = try commands.map { try bed.points(of: bed.command($0)) }
        let ends = try commands.map { command in
            try #require(bed.run(command).status == 0)
            return try bed.snapshot()
        }
        let texts = try commands.map { command in
            try #require(bed.run(command).status == 0)
            return try #require(cache())
        }
        var (killed, finished) = (0, 0)
        for index in 0..<(points.map(\.count).max() ?? 0) {
            for (command, number) in zip(commands, 0...) {
                let point = points[number][index % points[number].count]
                guard try bed.kill(bed.command(command), at: point) else { continue }
                killed += 1
                try #require(texts.contains(try #require(cache())), "after \(point)")
                try #require(bed.run(command).status == 0)
                try #require(cache() == texts[number])
                let changes = try bed.snapshot().settingsChanged(since: ends[number])
                try #require(changes.isEmpty, "\(command) after \(point):\n\(changes.joined(separator: "\n"))")
                finished += 1
            }
        }
        print("kills: rewrite of the cache: \(finished) of \(killed) finished")
        #expect(killed > 30 && finished == killed)
    }
}

extension TestBed {
    /// The system calls of a run.
    func points(of command: [String]) throws -> [KillTests.Point] {
        let file = "\(directory)/trace"
        let run = try run(command: ["strace", "-qq", "-o", file, "-e", "signal=none"] + command)
        try #require(run.status == 0, "\(run.errors)")
        var counts: [String: Int] = [:]
        var points: [KillTests.Point] = []
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        for (number, line) in lines.enumerated() {
            guard let call = line.firstMatch(of: #/^(\w+)\(/#)?.1 else { continue }
            counts[String(call), default: 0] += 1
            let mayChange = line.contains(Self.changing) || line == lines.last
            guard mayChange || (TestLength.isFull && number % Self.share == 0) else { continue }
            points.append(KillTests.Point(call: String(call), occurrence: counts[String(call)] ?? 0))
        }
        return points.filter { $0.call != "execve" }
    }

    /// System calls that may change something outside the process; in a virtual machine, where a run takes a second, only
    /// those that certainly do.
    private static var changing: Regex<Substring> {
        if usableType == "system" { return #/^(?:sendmsg|sendto|rename|unlink|exit)/# }
        return
            #/^(?:send|write|pwrite|rename|unlink|rmdir|mkdir|link|symlink|f?truncate|f?chmod|f?chown|utime|flock|fsync|connect|bind|ioctl|kill|v?fork|clone|exit)|O_CREAT/#
    }

    /// Of so many system calls that change nothing one is tried at full length: there are thousands in a run, and each
    /// costs two runs and a look at the host.
    private static var share: Int { usableType == "system" ? 100 : 10 }

    /// Kills a run at a system call; `false` where this run did not come to that call.
    func kill(_ command: [String], at point: KillTests.Point) throws -> Bool {
        let inject = "inject=\(point.call):signal=KILL:when=\(point.occurrence)"
        let strace = ["strace", "-qq", "-o", "/dev/null", "-e", "trace=\(point.call)", "-e", inject]
        return try run(command: strace + command).status == 128 + 9
    }
}
