import Foundation
import NetConfigCore
import NetConfigSystem
import Testing

/// Runs that are started at the same time take turns.
@Suite("many runs at once", .serialized, .needsTestBed)
struct ConcurrencyTests {
    private static let cards = 0..<10

    /// A host with ten cards, each with a bridge; the records from the cache and from XAPI.
    private func start(_ datapath: Datapath) throws -> (bed: TestBed, xapi: XAPIServer) {
        let records = Self.cards.map { card in
            """
            <pif ref="pif\(card)"><uuid>uuid\(card)</uuid><device>eth\(card)</device><network>net\(card)</network>
            <VLAN>-1</VLAN><MAC>52:54:00:00:00:1\(card)</MAC><ip_configuration_mode>Static</ip_configuration_mode>
            <IP>192.0.\(card).9</IP><netmask>255.255.255.0</netmask></pif>
            <network ref="net\(card)"><uuid>net-uuid\(card)</uuid><bridge>xenbr\(card)</bridge>
            <PIFs><PIF>pif\(card)</PIF></PIFs></network>
            """
        }
        let cache = "<xenserver-network-configuration>\(records.joined())</xenserver-network-configuration>"
        let bed = try TestBed(
            datapath, cache: "plan/_topologies/physical.dbcache", nics: Self.cards.map { "52:54:00:00:00:1\($0)" })
        try bed.write(cache, to: "/var/xapi/network.dbcache")
        return (bed, try XAPIServer(bed, cache: bed.root + "/var/xapi/network.dbcache"))
    }

    @Test(arguments: Datapath.allCases)
    func `all succeed, one does the work for each bridge, and the cache is whole`(_ datapath: Datapath) throws {
        let (bed, xapi) = try start(datapath)
        defer { withExtendedLifetime(xapi) {} }
        try bed.host("sh", "-c", "mkdir -p -m 700 \(bed.root)\(HostLock.path)")
        for verb in ["up", "down"] {
            // All wait until the last one is there.
            let lock = bed.root + HostLock.path
            let gate = try bed.script("flock \(lock) sleep 6 >/dev/null 2>&1 & echo $!").output.filter(\.isNumber)
            let runs = try (0..<5).flatMap { round in
                try Self.cards.map { card in
                    let isLive = (round + card).isMultiple(of: 2)
                    let subject =
                        isLive ? LiveDataTests.session + ["--pif", "pif\(card)"] : ["--force", "xenbr\(card)"]
                    return (card, try bed.start(subject + [verb]))
                }
            }
            try bed.host("pkill", "-P", gate)
            var workers: [Int: Int] = [:]
            for (card, run) in runs {
                let status = try run.status()
                try #require(status == 0, "xenbr\(card) \(verb): \(run.errors)")
                let work = verb == "up" ? ["create bridge", "add bridge"] : ["delete link", "remove bridge"]
                if work.contains(where: { run.errors.contains("\($0) xenbr\(card)") }) {
                    workers[card, default: 0] += 1
                }
            }
            #expect(workers == Dictionary(uniqueKeysWithValues: Self.cards.map { ($0, 1) }), "\(verb)")
            let attached = verb == "up" ? Self.cards.map { "xenbr\($0)\n" }.joined() : nil
            #expect(bed.text("/run/interface-reconfigure/attached") == attached)
            #expect(try bed.devices().keys.filter { $0.hasPrefix("xenbr") }.count == (verb == "up" ? 10 : 0))
            #expect(try bed.run(["rewrite"]).errors.contains("is up to date"))
        }
        print("concurrent runs: \(datapath): 100 of 100 succeeded")
    }

    @Test
    func `a run that waits says for whom and since when, and goes on when that one is killed`() throws {
        // No server answers this client, so the first run waits.
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        let before = try bed.snapshot()
        let first = try bed.start(["--force", "xenbr0", "up"])
        try bed.wait("the client runs") { try bed.script("pgrep --ns $$ --nslist net dhclient").status == 0 }
        let second = try bed.start(["--force", "xenbr0", "down"])
        try bed.wait("the second run says that it waits") { second.errors.contains("waiting for") }
        let holder = #/process (\d+) \(.*--force xenbr0 up\) since \d\d:\d\d:\d\d/#
        #expect(try #require(second.errors.firstMatch(of: holder)).1 == "\(first.process)", "\(second.errors)")
        try bed.host("kill", "-KILL", "\(first.process)")
        #expect(try second.status() == 0, "\(second.errors)")
        try bed.expectPutBack(to: before)
    }
}
