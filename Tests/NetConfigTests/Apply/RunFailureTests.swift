import SystemPackage
import Testing

@testable import NetConfig
@testable import NetConfigCore
@testable import NetConfigSystem

/// Why a run failed, in a form that a caller switches over.
@Suite struct RunFailureTests {
    private static let device = DeviceName("eth0")

    private func reason(_ error: any Error, _ outcome: RunFailure.Outcome = .putBack) -> String {
        var report = Report()
        report.fatal = Report.Failure(.run("/bin/true"), cause: "\(error)", error: error)
        switch RunFailure(outcome, "it failed", report: report).reason {
        case .refused(let refusal): return "\(refusal.party) \(refusal.errorNumber ?? 0) \(refusal.action ?? "")"
        case .interrupted(let interruption): return "\(interruption)"
        case .records: return "records"
        case .plan: return "plan"
        case .notInEffect: return "not in effect"
        case .noLease: return "no lease"
        case .notConfirmed: return "not confirmed"
        case .busy: return "busy"
        case .other: return "other"
        }
    }

    @Test func `it names who refused, and the error number`() throws {
        let eth0 = try #require(Self.device)
        let netlink = NetlinkError(operation: "set eth0 up", device: eth0, code: .noSuchDevice)
        #expect(reason(netlink) == "kernel 19 run /bin/true")
        #expect(
            reason(DeviceError(operation: "set", device: eth0, code: .permissionDenied)) == "kernel 13 run /bin/true")
        #expect(
            reason(OVSDBError.transport(.connect, socket: "/db.sock", .connectionRefused))
                == "openVswitch 111 run /bin/true")
        #expect(reason(OVSDBError.guardFailed("Bridge")) == "openVswitch 0 run /bin/true")
        #expect(reason(DHCPClientError.notInstalled) == "dhcpClient 0 run /bin/true")
        #expect(reason(FileError("replace", "/etc/a", .system(.noSpace))) == "files 28 run /bin/true")
        #expect(reason(FileError("replace", "/etc/a", .notRegular)) == "files 0 run /bin/true")
    }

    @Test func `an error in another one counts`() throws {
        let eth0 = try #require(Self.device)
        let lease = DHCPClientError.noLease(device: eth0, family: .v4, seconds: 60)
        #expect(reason(lease) == "no lease" && reason(StillTrying(lease)) == "no lease")
        let netlink = NetlinkError(operation: "set eth0 up", device: eth0, code: .noSuchDevice)
        #expect(reason(TakenBack(cause: netlink)) == "kernel 19 run /bin/true")
        #expect(reason(Overtaken(OVSDBError.guardFailed("Bridge"))) == "openVswitch 0 run /bin/true")
        #expect(reason(TakenBack(cause: Interruption(signal: .hangUp))) == "interrupted by SIGHUP")
    }

    @Test func `what is no action's has its kind as well`() throws {
        #expect(reason(CacheError("/cache", .empty)) == "records")
        #expect(reason(XAPIError("session.login", .cutShort)) == "records")
        #expect(reason(UnknownBridge(name: "xenbr7", known: [])) == "records")
        #expect(reason(HostLock.Failure.held(by: nil, seconds: 120)) == "busy")
        #expect(reason(Interruption(signal: nil)) == "cancelled")
        let pif = try #require(Ref<PIF>("OpaqueRef:1"))
        #expect(reason(PlanError(pif, .unknown)) == "plan")
        #expect(reason(CacheError("/cache", .empty), .notConfirmed) == "not confirmed")
    }

    @Test func `an error before anything was done is one where nothing was done`() throws {
        struct Odd: Error, CustomStringConvertible { let description = "odd\nlines" }
        let failure = #expect(throws: RunFailure.self) { try RunFailure.orNothing { throw Odd() } }
        #expect(failure?.outcome == .refused && failure?.cause is Odd)
        #expect(failure?.description.contains("\n") == false)
        let kept = #expect(throws: RunFailure.self) {
            try RunFailure.orNothing { throw RunFailure(.incomplete, "one\ntwo") }
        }
        #expect(kept?.outcome == .incomplete && kept?.description == "one\ntwo")
    }
}
