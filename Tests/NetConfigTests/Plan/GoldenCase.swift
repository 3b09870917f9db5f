import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// A directory of a topic's in `testdata/plan`: what is asked, what the records say, what is there, and the plan that comes of it.
///
/// `request` has a line for each thing that is said:
///
///     up xenbr0 --management     the verb and the IP device of a PIF; several of one verb are planned as one
///     rewrite                    instead of that
///     datapath openvswitch       or bridge
///     datapath-type netdev
///     attachment xapi            attached is what XAPI says, not what the record file says
///     attached xenbr0            the PIF's `currently_attached`, which a cache does not keep
///     former xapi0               earlier records described it
///     first-boot
///     boot-mac 52:54:00:00:00:10
///     guest 7 web server         XAPI's name for the virtual machine of a domain
///     measured set-mtu 1.5 2     how many milliseconds earlier runs took for actions of a kind
struct GoldenCase: CustomTestStringConvertible, Sendable {
    /// The directory's name.
    let name: String
    private let directory: URL

    var testDescription: String { name }

    /// The files that a case has, and no others.
    static let files = ["network.dbcache", "observed.json", "plan.txt", "request"]

    /// The directory that holds a directory for each topic.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../testdata/plan")
        .standardizedFileURL

    /// The topics: every directory of ``root`` but those that begin with `_`, which cases share.
    static let topics = names(in: root).filter { !$0.hasPrefix("_") }

    /// The cases of all topics.
    static let all: [GoldenCase] = topics.flatMap { topic in
        let directory = root.appending(path: topic)
        return names(in: directory).map { GoldenCase(name: $0, directory: directory.appending(path: $0)) }
    }

    private init(name: String, directory: URL) { (self.name, self.directory) = (name, directory) }

    /// The case of a name, whatever its topic.
    init(_ name: String) throws { self = try #require(Self.all.first { $0.name == name }, "no case \(name)") }

    /// The files that are there, sorted.
    var presentFiles: [String] { Self.names(in: directory) }

    /// The text of `plan.txt`, `nil` where there is none.
    var recorded: String? { try? String(contentsOf: directory.appending(path: "plan.txt"), encoding: .utf8) }

    /// Replaces `plan.txt`.
    func record(_ text: String) throws {
        try text.write(to: directory.appending(path: "plan.txt"), atomically: true, encoding: .utf8)
    }

    /// Reads everything that the planner needs.
    func input() throws -> PlannerInput {
        let cache = try CacheReader.read(contentsOf: directory.appending(path: "network.dbcache").path)
        let request = try String(contentsOf: directory.appending(path: "request"), encoding: .utf8)
        return try PlannerInput(
            request, model: cache, observed: ObservedState(contentsOf: directory.appending(path: "observed.json")))
    }

    private static func names(in directory: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).sorted()
    }
}

/// A line of a request that says nothing known.
struct UnknownLine: Error, CustomStringConvertible {
    let line: String
    var description: String { "'\(line)' is nothing that a request can say" }
}

/// All that the planner is given.
struct PlannerInput {
    /// None stands for `rewrite`, which is about no PIF.
    var requests: [Request]
    var model: NetworkModel
    var facts = HostFacts(datapath: .openvswitch)
    var observed: ObservedState
    /// Names of virtual machines by domain.
    var guests: [Int: String] = [:]
    /// How long actions took; `nil` where no run was asked about that.
    var measured: MeasuredDurations?

    /// Reads a request's lines.
    init(_ text: String, model: NetworkModel, observed: ObservedState) throws {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        let asked = lines.filter { $0 == ["rewrite"] || Verb(rawValue: $0[0]) != nil }
        try #require(!asked.isEmpty, "a request says up, down or rewrite")
        requests = try asked.compactMap { words in
            try Verb(rawValue: words[0]).map { verb in
                Request(verb, try model.pif(onDevice: words[1]).ref, isManagement: words.contains("--management"))
            }
        }
        self.model = model
        self.observed = observed
        for line in lines where !asked.contains(line) {
            switch line[0] {
            case "guest": guests[try #require(Int(line[1]))] = line.dropFirst(2).joined(separator: " ")
            case "measured":
                let durations = line.dropFirst(2).compactMap(Double.init).map { Duration.microseconds($0 * 1000) }
                for duration in durations {
                    measured = measured ?? MeasuredDurations()
                    measured?.add(duration, of: line[1])
                }
            default: try read(line[0], line.count > 1 ? line[1] : nil)
            }
        }
    }

    private mutating func read(_ key: String, _ argument: String?) throws {
        switch (key, argument) {
        case ("datapath", let name?): facts.datapath = try #require(Datapath(rawValue: name))
        case ("datapath-type", "netdev"): facts.datapathType = .netdev
        case ("attachment", "xapi"): facts.attachment = .xapi
        case ("attached", let name?): model.pifs[try model.pif(onDevice: name).ref]?.currentlyAttached = true
        case ("former", let name?): facts.formerDevices.insert(try #require(DeviceName(name)))
        case ("first-boot", nil): facts.isFirstBoot = true
        case ("boot-mac", let mac?): facts.bootMAC = MACAddress(mac)
        default: throw UnknownLine(line: "\(key) \(argument ?? "")")
        }
    }

    /// The plan, with what its outages cost whom.
    func plan() throws(PlanError) -> Plan {
        var plan = try bare()
        if let measured { plan.predictOutages(by: measured) }
        plan.nameGuests(guests)
        return plan
    }

    private func bare() throws(PlanError) -> Plan {
        guard let first = requests.first else { return Planner.planRewrite(model: model, observed: observed) }
        guard requests.count > 1 else {
            return try Planner.plan(first, model: model, facts: facts, observed: observed)
        }
        var joint = Planner.plan(requests, model: model, facts: facts, observed: observed)
        joint.plan.notices += joint.refusals.map { "refused: \($0)" }
        return joint.plan
    }
}

extension ObservedState {
    /// Reads a state that was written down.
    init(contentsOf file: URL) throws {
        self = try JSONDecoder().decode(ObservedState.self, from: Data(contentsOf: file))
    }

    /// Writes the state down.
    func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(self) + Data("\n".utf8)).write(to: file)
    }
}

extension NetworkModel {
    /// The PIF whose addresses a device carries.
    func pif(onDevice name: String) throws -> PIF {
        guard let pif = pifs.values.first(where: { ipDevice(of: $0)?.text == name }) else {
            throw UnknownLine(line: name)
        }
        return pif
    }
}
