import Foundation
import NetConfig
import NetConfigCore
import NetConfigSystem

/// Brings up a network, and keeps that only where a command of the caller's approves of it within a minute.
///
///     confirmed-change / xenbr0 ping -c 1 192.0.2.1
///
/// The first argument is the directory below which the host's files are: `/`, but for a test.
///
/// The process that puts the change back, whatever becomes of this one, is this program once more: `confirmed-change guard ROOT`.
@main
struct ConfirmedChange {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let isGuard = arguments.first == "guard" && arguments.count == 2
        guard isGuard || arguments.count >= 3 else {
            print("usage: confirmed-change ROOT BRIDGE COMMAND...")
            exit(2)
        }
        // SIGTERM, SIGINT and SIGHUP stop the run, which then takes back what it has done.
        let cancellation = Cancellation.onSignals()
        if isGuard { exit(guardChange(HostPaths(rootPrefix: arguments[1]), cancellation)) }
        exit(change(HostPaths(rootPrefix: arguments[0]), arguments[1], Array(arguments.dropFirst(2)), cancellation))
    }

    /// What became of the change is told to the process that makes it. Should that be gone, this is the one to say it.
    static func guardChange(_ paths: HostPaths, _ cancellation: Cancellation) -> Int32 {
        do throws(RunFailure) {
            try Guard.run(on: paths, cancellation: cancellation)
            return 0
        } catch {
            try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
            return 1
        }
    }

    static func change(
        _ paths: HostPaths, _ bridge: String, _ command: [String], _ cancellation: Cancellation
    ) -> Int32 {
        let host = Reconfiguration(on: paths, command: "confirmed-change", cancellation: cancellation, events: tell)
        let conditions = KeepingConditions(
            confirmation: .seconds(60),
            guardedBy: GuardProgram.thisProgram(name: "confirmed-change", arguments: ["guard", paths.rootPrefix]))
        let subject: Subject = .bridges([bridge])
        do throws(RunFailure) {
            let report: Report = try host.run(.up, subject, keptIf: conditions) { left in
                // Asked again until the time is over, which it may be by the time that a slow command has answered: the guard does
                // not wait for it.
                if left < .seconds(1) { return .putBack }
                return approves(command) ? .keep : .notYet
            }
            print("kept: \(report.performed.count) actions in \(report.duration)")
            return 0
        } catch {
            print(explain(error))
            for left in error.report?.notPutBack ?? [] { print("left over: \(left.text ?? ""): \(left.cause)") }
            return error.outcome == .refused || error.outcome == .putBack || error.outcome == .notConfirmed ? 1 : 2
        }
    }

    @Sendable static func tell(_ event: RunEvent) {
        switch event {
        case .begins(let step): print("begins: \(step.text)")
        case .done(let done): print("done in \(done.duration): \(done.text)")
        case .warning(let failure), .failed(let failure): print("failed: \(failure.text ?? ""): \(failure.cause)")
        case .putBack(let done): print("put back: \(done.text)")
        case .notPutBack(let failure): print("not put back: \(failure.cause)")
        case .waiting(let wait): print(wait)
        case .waited: break
        }
    }

    static func approves(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func explain(_ failure: RunFailure) -> String {
        switch failure.reason {
        case .plan(let error): "the records ask for what this host cannot have: \(error)"
        case .refused(let refusal): "\(refusal.party) refused: \(refusal.action ?? "to be looked at")"
        case .notInEffect: "something undid the change at once: \(failure)"
        case .noLease: "no DHCP server answers"
        case .interrupted(let interruption): explain(interruption)
        case .notConfirmed: "not approved: the network is as before"
        case .busy: "another run takes too long"
        case .records(let cause as UnknownBridge): "there is no network \(cause.name)"
        case .records, .other: "\(failure)"
        }
    }

    static func explain(_ interruption: Interruption) -> String {
        interruption.signal.map { "ended by \($0.rawValue)" } ?? "cancelled"
    }
}
