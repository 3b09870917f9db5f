import CLinux
import NetConfig
import NetConfigCore
import Testing

/// Something real that makes an action fail.
enum Fault: Hashable, CustomStringConvertible {
    /// The thread has no rights: the kernel refuses whatever only root may do, files and children's sockets included.
    case noRights
    /// The name of a device that is to be made is taken.
    case nameTaken(String)
    /// There is no room for the database's next transaction.
    case databaseDiskFull
    /// A program that is run does not work.
    case brokenProgram(String)

    /// What can make an action fail: at least one thing for every kind of action.
    static func all(of action: Action) -> [Fault] {
        switch action {
        case .createLink(let name, _, _): [.nameTaken(name.text), .noRights]
        case .changeVswitch: [.databaseDiskFull]
        case .addFlows, .removeFlows: [.brokenProgram("/usr/bin/ovs-ofctl"), .noRights]
        case .startDHCP: [.brokenProgram("/sbin/dhclient"), .noRights]
        case .run(let program): [.brokenProgram(program)]
        default: [.noRights]
        }
    }

    var description: String {
        switch self {
        case .noRights: "without rights"
        case .nameTaken(let name): "with \(name) taken"
        case .databaseDiskFull: "with the database's disk full"
        case .brokenProgram(let path): "with a broken \(path)"
        }
    }

    /// Does something while this is so.
    func during<Result>(on bed: TestBed, _ work: () throws -> Result) throws -> Result {
        switch self {
        case .noRights:
            try #require(clinux_become(65534) == 0)
            defer { if clinux_become(0) != 0 { fatalError("cannot become root again") } }
            return try work()
        case .nameTaken(let name):
            try bed.host("ip", "link", "add", "name", name, "type", "bridge")
            defer { _ = try? bed.host("ip", "link", "delete", name) }
            return try work()
        case .databaseDiskFull:
            let size = try bed.host("stat", "--format=%s", "\(bed.directory)/ovs/conf.db").filter(\.isNumber)
            try bed.limitDatabase(to: size)
            defer { try? bed.limitDatabase(to: "unlimited") }
            return try work()
        case .brokenProgram(let path):
            let place = "'\(bed.root)\(path)'"
            let breaking = "mkdir -p $(dirname \(place)) && { [ ! -e \(place) ] || mv \(place) \(place).kept; }"
            try bed.host(
                "sh", "-ec", "\(breaking); printf '#!/bin/sh\\necho broken >&2; exit 1' >\(place); chmod +x \(place)")
            defer { _ = try? bed.host("sh", "-c", "rm \(place); [ ! -e \(place).kept ] || mv \(place).kept \(place)") }
            return try work()
        }
    }
}

extension TestBed {
    /// Limits how large ovsdb-server's file can get, in bytes: as on a full disk, but to the byte.
    fileprivate func limitDatabase(to size: String) throws {
        let process = try host("cat", "\(directory)/ovs/ovsdb-server.pid").filter(\.isNumber)
        try host("prlimit", "--pid", process, "--fsize=\(size):unlimited")
    }
}

/// A host on which one action meets with a fault.
final class FaultyHost: Applier {
    private let host: Host
    private let bed: TestBed
    private let fault: Fault
    private let position: Int
    private var count = 0

    init(_ host: Host, of bed: TestBed, _ fault: Fault, at position: Int) {
        (self.host, self.bed, self.fault, self.position) = (host, bed, fault, position)
    }

    func putBack(_ action: Action) throws { try host.putBack(action) }

    func links(withSettingsOf devices: Set<DeviceName>) throws -> [DeviceName: Link] {
        try host.links(withSettingsOf: devices)
    }

    func apply(_ action: Action) throws {
        defer { count += 1 }
        guard count == position else { return try host.apply(action) }
        try fault.during(on: bed) { try host.apply(action) }
    }
}
