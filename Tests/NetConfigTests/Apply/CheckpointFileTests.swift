import Foundation
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

@Suite("the file of a checkpoint")
struct CheckpointFileTests {
    private func checkpoint() throws -> Checkpoint {
        var checkpoint = Checkpoint(
            command: "interface-reconfigure --force xenbr0 up --confirm 5", program: 4711, confirmation: 5,
            paths: HostPaths(rootPrefix: "/r", ovsdb: "/o", xapi: "/x"), datapath: .openvswitch,
            scope: ObservationScope(for: Request(.up, try #require(Ref("p"))), in: NetworkModel()),
            way: Rollback(before: ObservedState(vswitch: VswitchState()), actions: [.run("/sbin/update-issue")]),
            cache: Checkpoint.Cache(path: "/c", text: "<xml/>"))
        checkpoint.gateway = GatewayCheck(
            of: try PIF.static(gateway: "192.0.2.1"), on: try #require(DeviceName("xenbr0")), seconds: 3)
        return checkpoint
    }

    @Test
    func `a checkpoint is read as it was written, by its owner alone`() throws {
        let directory = try TemporaryDirectory()
        let file = try CheckpointFile(below: directory.root)
        #expect(file.stage == nil && file.outcome == nil)
        try file.write(checkpoint(), as: .prepared)
        #expect(try file.read(.prepared) == checkpoint())
        let place = directory.path + "/run/interface-reconfigure/checkpoint.prepared"
        let attributes = try FileManager.default.attributesOfItem(atPath: place)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test
    func `a change goes through its stages, and of two that take it further one succeeds`() throws {
        let directory = try TemporaryDirectory()
        let file = try CheckpointFile(below: directory.root)
        try file.write(checkpoint(), as: .prepared)
        let way: [CheckpointFile.Stage] = [.prepared, .changing, .changed, .unconfirmed, .confirmed]
        for (stage, next) in zip(way, way.dropFirst()) {
            #expect(file.stage == stage)
            #expect(try file.move(from: stage, to: next))
            #expect(try !file.move(from: stage, to: .undoing), "it is gone")
        }
        #expect(!file.take(), "it is confirmed")
        file.end(Ending(.kept, "was confirmed"))
        #expect(file.stage == nil && file.ending == Ending(.kept, "was confirmed"))
        try file.forget()
        #expect(file.ending == nil)
        #expect(try directory.names(in: "/run/interface-reconfigure") == [])
    }

    @Test(arguments: [.changing, .changed, .unconfirmed] as [CheckpointFile.Stage])
    func `a change that was not confirmed can be taken back`(_ stage: CheckpointFile.Stage) throws {
        let directory = try TemporaryDirectory()
        let file = try CheckpointFile(below: directory.root)
        try file.write(checkpoint(), as: stage)
        #expect(file.take())
        #expect(file.stage == .undoing)
        #expect(try !file.move(from: .unconfirmed, to: .confirmed), "too late")
    }

    @Test(arguments: [
        ("kept\nwas kept", Ending(.kept, "was kept")), ("put back\nwas put back", Ending(.putBack, "was put back")),
        ("kept\n", Ending(.kept, "")), ("kept", Ending(.incomplete, "kept")), ("", Ending(.incomplete, "")),
        ("Kept\nx", Ending(.incomplete, "Kept\nx")),
        ("the change was kept\n", Ending(.incomplete, "the change was kept\n")),
    ])
    func `what became of a change is kept only where the guard says so in its own word`(text: String, ending: Ending) {
        #expect(Ending(text) == ending)
        #expect(Ending(ending.fileText) == ending)
    }

    @Test
    func `what cannot be forgotten is no word about the next change`() throws {
        let directory = try TemporaryDirectory()
        let file = try CheckpointFile(below: directory.root)
        try FileManager.default.createDirectory(
            atPath: directory.path + "/run/interface-reconfigure/checkpoint.ended", withIntermediateDirectories: true)
        #expect(throws: FileError.self) { try file.forget() }
        #expect(file.ending == nil)
    }

    @Test
    func `a link is neither read nor written through, and nothing but a file is read`() throws {
        let directory = try TemporaryDirectory()
        let file = try CheckpointFile(below: directory.root)
        try directory.write("precious", to: "/etc/passwd")
        for stage in ["prepared", "ended"] {
            try directory.link("/run/interface-reconfigure/checkpoint.\(stage)", to: directory.path + "/etc/passwd")
        }
        #expect(throws: FileError.self) { try file.read(.prepared) }
        #expect(file.outcome == nil)
        try file.write(checkpoint(), as: .prepared)
        #expect(try file.read(.prepared) == checkpoint())
        file.end(Ending(.kept, "was kept"))
        #expect(file.outcome == "was kept")
        #expect(directory.text("/etc/passwd") == "precious")
        let made = unsafe mkfifo(directory.path + "/run/interface-reconfigure/checkpoint.changing", 0o600)
        try #require(made == 0)
        #expect(throws: FileError.self) { try file.read(.changing) }
    }
}

extension PIF {
    /// A PIF with the address 192.0.2.10/24 and a gateway.
    static func `static`(gateway: String) throws -> PIF {
        var pif = PIF(
            ref: try #require(Ref("p")), uuid: "p", device: try #require(DeviceName("eth0")),
            network: try #require(Ref("n")))
        pif.ipv4.mode = .static
        pif.ipv4.address = IPAddress("192.0.2.10")
        pif.ipv4.netmask = IPAddress("255.255.255.0")
        pif.ipv4.gateway = IPAddress(gateway)
        return pif
    }
}
