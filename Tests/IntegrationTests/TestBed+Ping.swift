@testable import NetConfigCore
import Foundation
import Testing

/// How long the host is out of reach while something is done.
extension TestBed {
    /// Does some work while a packet goes to the host and back every 10 ms, prints the longest time in which none came
    /// back, and expects that it is no longer than the work needs.
    ///
    /// The address is one that the host has before and after the work; where it has none, the work is done all the same. The
    /// limit is in milliseconds, 0 where no packet is to get lost.
    func pinging(
        _ address: String?, gap limit: Int = 0, location: SourceLocation = #_sourceLocation, _ work: () throws -> Void
    ) throws {
        guard let address else { return try work() }
        let report = "\(directory)/ping"
        // The neighbour may have given up the address, or have it with an old MAC address.
        let isReached = try neighbourReaches(address)
        try #require(isReached, "\(address) answers before", sourceLocation: location)
        let ping = "echo $$ >\(report).pid; exec ping -D -i \(Self.interval) \(address) >\(report) 2>&1"
        try neighbour("sh", "-c", "rm -f \(report); (sh -c '\(ping)') </dev/null >/dev/null 2>&1 &")
        // A run takes less time than a few packets: some come before it and some after.
        try neighbour("sleep", "0.2")
        try work()
        try neighbour("sleep", "0.2")
        // What is gone for longer is waited for, to know for how long.
        let isBack = try neighbourReaches(address)
        #expect(isBack, "\(address) answers afterwards", sourceLocation: location)
        // ping's way to sum up; the last packet may still be on its way.
        try neighbour(
            "timeout", "5", "sh", "-c",
            "kill -INT $(cat \(report).pid); until grep -q transmitted \(report); do sleep 0.02; done")
        let text = try String(contentsOfFile: report, encoding: .utf8)
        let sent = try #require(text.firstMatch(of: #/(\d+) packets transmitted/#).flatMap { Int($0.1) }, "\(text)")
        #expect(sent > 10, "the ping ran meanwhile", sourceLocation: location)
        let gap = try #require(Self.longestGap(in: text), "\(text)", sourceLocation: location)
        print("longest gap: \(gap) ms, \(address), \(datapath.rawValue), \(Test.current.map { "\($0.id)" } ?? "")")
        #expect(gap <= limit, "milliseconds without \(address)", sourceLocation: location)
    }

    /// Brings the bridge up with these words among the warnings, and a second time without any work.
    func upTwice(
        _ bridge: String = "xenbr0", warning: String? = nil, keeping address: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) throws {
        try pinging(address, location: location) {
            let up = try run("--force", bridge, "up")
            #expect(up.status == 0, "\(up.errors)", sourceLocation: location)
            if let warning { #expect(up.errors.contains(warning), "\(up.errors)", sourceLocation: location) }
        }
        let again = try run("--force", bridge, "up")
        #expect(
            again.status == 0 && again.errors.contains("nothing to do"), "\(again.errors)", sourceLocation: location)
        if let warning { #expect(again.errors.contains(warning), "\(again.errors)", sourceLocation: location) }
    }

    private static let interval = 0.01

    /// Milliseconds between two answers with packets between them that were lost; 0 where none was, `nil` where there are
    /// no answers before and after.
    private static func longestGap(in text: String) -> Int? {
        var answers: [Int: Double] = [:]
        for match in text.matches(of: #/\[(\d+\.\d+)\] .* icmp_seq=(\d+) (ttl|hop)/#) {
            if let number = Int(match.2), let time = Double(match.1) { answers[number] = answers[number] ?? time }
        }
        let known = answers.sorted { $0.key < $1.key }
        guard known.count > 1 else { return nil }
        let gaps = zip(known, known.dropFirst()).filter { $1.key > $0.key + 1 }.map { $1.value - $0.value - interval }
        return Int(((gaps.max() ?? 0) * 1000).rounded(.up))
    }
}
