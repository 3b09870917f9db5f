import Glibc
import NetConfigCore
import NetConfigSystem

/// Measures the pure parts of the library on large input, for `make bench`.
///
///     netconfig-bench times RUNS     JSON: [name, median in ms, promise] a row
///     netconfig-bench write FILE     writes a cache of 10,000 PIFs
///     netconfig-bench memory FILE    loads and saves a cache; prints the most memory that took, in MiB
///     netconfig-bench records FILE   reads a file of records of any kind; prints ms and the most memory that took, in MiB
///     netconfig-bench growth RECORDS WORK DATAPATH SIZE
///                                    does one kind of work with so many records; prints ms, MiB and the records' bytes
@main
struct NetConfigBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.last) {
        case ("times", let runs?): try printTimes(runs: Int(runs) ?? 20)
        case ("write", let file?): try CacheLocation(path: file).save(largeModel(pifs: 10_000))
        case ("memory", let file?):
            let model = try CacheReader.read(contentsOf: file)
            try CacheLocation(path: file + ".copy").save(model)
            print(peakMemory())
        case ("records", let file?):
            let start = ContinuousClock.now
            let count = try RecordsFile(given: file, on: HostPaths()).model().pifs.count
            print(milliseconds(since: start), peakMemory(), count)
        case ("growth", _?): try printGrowth(Array(arguments.dropFirst()))
        default:
            print(
                "usage: netconfig-bench times RUNS | write FILE | memory FILE | records FILE | "
                    + "growth RECORDS WORK DATAPATH SIZE")
        }
    }

    private static func printGrowth(_ words: [String]) throws {
        guard words.count == 4, let records = GrowingRecords(rawValue: words[0]),
            let work = GrowthWork(rawValue: words[1]), let datapath = Datapath(rawValue: words[2]),
            let size = Int(words[3])
        else {
            let records = GrowingRecords.allCases.map(\.rawValue).joined(separator: " ")
            let works = GrowthWork.allCases.map(\.rawValue).joined(separator: " ")
            return print("records: \(records)\nwork: \(works)")
        }
        let cache = records.cache(size)
        let start = ContinuousClock.now
        work.run(cache, datapath, foreignRows: records == .rows ? size : 0)
        print(milliseconds(since: start), peakMemory(), cache.count)
    }

    private static func printTimes(runs: Int) throws {
        let bytes = Array(try CacheWriter.text(of: largeModel(pifs: 10_000)).utf8)
        var read: [Double] = []
        var both: [Double] = []
        var planned: [Double] = []
        let host = try ManyVLANs(cards: 16, vlans: 800)
        let plan = try ManyVLANs(cards: 1, vlans: 800).planOfAll()
        var (shown, encoded): ([Double], [Double]) = ([], [])
        for _ in 0..<runs {
            let start = ContinuousClock.now
            let copy = try CacheReader.read(bytes, name: "bench")
            read.append(milliseconds(since: start))
            _ = try CacheWriter.text(of: copy)
            both.append(milliseconds(since: start))
            planned.append(try planTime(copy))
            shown.append(try time { _ = try host.overview().text() })
            encoded.append(time { _ = plan.json })
        }
        print(
            """
            [["cache of 10,000 PIFs: load", \(median(read)), null],
             ["cache of 10,000 PIFs: load + save", \(median(both)), 200],
             ["plan one up among 10,000 PIFs", \(median(planned)), null],
             ["show 800 VLANs on 16 cards, from the cache's text", \(median(shown)), 50],
             ["JSON of a plan for 800 VLANs", \(median(encoded)), 50]]
            """)
    }

    /// A host with a bridge on each of its cards.
    private static func largeModel(pifs count: Int) -> NetworkModel {
        var model = NetworkModel()
        for number in 0..<count {
            guard let pif = Ref<PIF>("OpaqueRef:00000000-0000-0000-0000-p\(number)"),
                let network = Ref<Network>("OpaqueRef:00000000-0000-0000-0000-n\(number)"),
                let device = DeviceName("eth\(number)")
            else { continue }
            var record = PIF(
                ref: pif, uuid: "\(number)f0e0c0a0-0000-4000-8000-000000000000", device: device, network: network)
            record.mac = MACAddress(bits: 0x0200_0000_0000 + UInt64(number))
            record.management = number == 0
            record.ipv4.mode = .static
            record.ipv4.address = .v4(0x0A00_0001 + UInt32(number))
            record.ipv4.netmask = .v4(0xFF00_0000)
            model.pifs[pif] = record
            var other = Network(ref: network, uuid: "network-\(number)", bridge: DeviceName("xenbr\(number)"))
            other.mtu = 1500
            other.pifs = [pif]
            model.networks[network] = other
        }
        return model
    }

    private static func planTime(_ model: NetworkModel) throws -> Double {
        guard let pif = model.pifs.values.first(where: \.management) else { return 0 }
        let observed = ObservedState(
            links: [pif.device: Link(kind: .other(nil), mac: pif.mac)], vswitch: VswitchState())
        let start = ContinuousClock.now
        _ = try Planner.plan(
            Request(.up, pif.ref), model: model, facts: HostFacts(datapath: .openvswitch), observed: observed)
        return milliseconds(since: start)
    }

    private static func time(_ work: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try work()
        return milliseconds(since: start)
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Double(seconds) * 1000 + Double(attoseconds) / 1e15
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// The largest memory that this process ever had, in MiB; `getrusage(2)` counts KiB.
    private static func peakMemory() -> Double {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
