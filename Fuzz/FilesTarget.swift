import Glibc
import NetConfigTestSupport

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Files of the host as bytes, read by the program's own hand from where it reads them: the first byte chooses the file, the
/// others are what is in it.
func fuzzFiles(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let choice = bytes.first else { return }
    let place = HostOfFiles.places[Int(choice) % HostOfFiles.places.count]
    try HostOfFiles.shared.take(Array(bytes.dropFirst()), at: place)
}

/// A directory that stands for a host, in which one file after the other is replaced.
private struct HostOfFiles {
    /// The directory that the environment variable `FUZZ_ROOT` names: `Scripts/fuzz` makes it, in memory, and removes it.
    static let shared: HostOfFiles = {
        guard let directory = unsafe getenv("FUZZ_ROOT").map({ unsafe String(cString: $0) }) else {
            fatalError("FUZZ_ROOT names no directory")
        }
        return HostOfFiles(paths: HostPaths(rootPrefix: directory))
    }()

    let paths: HostPaths

    private static let devices = NetworkModel.sample.pifsInOrder.compactMap(NetworkModel.sample.ipDevice)

    private static let clientFiles = devices.flatMap { device in
        IPAddress.Family.allCases.flatMap { family in
            ["/var/lib/dhclient", "/var/lib/xcp"].flatMap { directory in
                let files = DHCPClientFiles(device, family, in: directory)
                return [files.pid, files.configuration]
            }
        }
    }

    /// What the planner is told of.
    private static let observed =
        [HostFile.attached, HostFile.resolver, HostFile.sysconfigNetwork, PendingFlows.file]
        + devices.flatMap {
            ["\(HostFile.scripts)/ifcfg-\($0)", "\(HostFile.scripts)/route-\($0)"]
        }

    /// All files that are read, and where a link is followed.
    static let places =
        [Inventory.standardPath, NetworkBackend.standardPath, NetworkBootCard.standardPath]
        + CacheLocation.standardPaths
        + observed + clientFiles
        + CheckpointFile.Stage.allCases.map { "/run/interface-reconfigure/checkpoint.\($0.rawValue)" }
        + ["/run/interface-reconfigure/checkpoint.ended"] + StateDatabase.standardPaths

    /// Puts a file in its place, and reads all that there is.
    func take(_ bytes: [UInt8], at place: String) throws(BrokenPromise) {
        let path = paths.path(place)
        makeDirectories(above: path)
        try attempt { try AtomicFile(path).replace(with: bytes) }
        try read()
        if Self.observed.contains(place) { try checkPutBack(bytes, place) }
        unsafe unlink(path)
    }

    private func read() throws(BrokenPromise) {
        try attempt { _ = try Inventory.hostUUID(contentsOf: paths.path(Inventory.standardPath)) }
        try attempt { _ = try NetworkBackend.datapath(contentsOf: paths.path(NetworkBackend.standardPath)) }
        try attempt { _ = try NetworkBootCard.macAddress(contentsOf: paths.path(NetworkBootCard.standardPath)) }
        for cache in CacheLocation.standardPaths {
            try attempt { _ = try CacheReader.read(contentsOf: paths.path(cache)) }
        }
        for database in StateDatabase.standardPaths {
            try attempt { _ = try StateDatabase(contentsOf: paths.path(database), domains: [7], host: "host-1").names }
        }
        _ = Dhclient(below: paths.root).clients(of: Self.devices)
        try attempt {
            let file = try CheckpointFile(below: paths.root)
            for stage in CheckpointFile.Stage.allCases {
                guard let checkpoint = try? file.read(stage) else { continue }
                _ = (checkpoint.outcome("ended"), checkpoint.way.actions(from: ObservedState()))
            }
            _ = (file.stage, file.outcome)
        }
        try attempt {
            var walk = Walk(model: .sample, facts: HostFacts(datapath: .bridge), rows: nil)
            walk.state.files = try ConfigurationFiles(below: paths.root).read(Self.observed)
            try walk.go()
        }
    }

    /// A file that is replaced and put back has the bytes that it had.
    private func checkPutBack(_ bytes: [UInt8], _ place: String) throws(BrokenPromise) {
        let files = ConfigurationFiles(below: paths.root)
        try attempt {
            let before = try files.read([place])[place]
            try files.replace(place, with: FileContents("else\n"))
            try files.replace(place, with: before)
            let after = try InputFile(paths.path(place), limit: bytes.count).contents()
            try expect(after == bytes, "\(place) is not put back as it was")
        }
    }

    /// What cannot be read is refused in one line.
    private func attempt(_ work: () throws -> Void) throws(BrokenPromise) {
        do {
            try work()
        } catch let broken as BrokenPromise {
            throw broken
        } catch {
            try expect(!"\(error)".isEmpty && !"\(error)".utf8.contains(0x0A), "an error that is no line: \(error)")
        }
    }

    private func makeDirectories(above path: String) {
        for index in path.indices.dropFirst() where path[index] == "/" { unsafe mkdir(String(path[..<index]), 0o755) }
    }
}
