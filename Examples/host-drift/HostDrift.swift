import Foundation
import NetConfig
import NetConfigCore
import NetConfigSystem

/// Prints as JSON what of a host's network is not as its records ask for: those of the cache, or of the running XAPI. What it
/// has to say besides goes to standard error.
///
///     host-drift [--xapi] [ROOT]
///
/// Ends with 1 where something differs, and with 2 where that could not be found out.
@main
struct HostDrift {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let access: XAPIAccess? = arguments.first == "--xapi" ? XAPIAccess(timeout: .seconds(10)) : nil
        if access != nil { arguments.removeFirst() }
        let host = Reconfiguration(on: HostPaths(rootPrefix: arguments.first ?? ""), command: "host-drift")
        let overview: Overview
        do throws(RunFailure) {
            overview = try host.overview(from: access)
        } catch {
            switch error.reason {
            case .records(let cause as XAPIError): say("XAPI does not give the records: \(cause)")
            case .records(let cause): say("the records cannot be read: \(cause)")
            default: say("\(error)")
            }
            exit(2)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(overview.differences), as: UTF8.self))
        for difference in overview.differences {
            // Values are typed: no text has to be taken apart.
            if case .number(let mtu, _)? = difference.found, difference.setting == "MTU", mtu < 1280 {
                say("\(difference.device): no IPv6 with an MTU of \(mtu)")
            }
            if case .record(let record, let field)? = difference.origin {
                let name: RecordName = record
                let origin: Origin = .record(name, field: field)
                say("\(difference.device): \(difference.setting) is asked for by \(origin)")
            }
        }
        exit(overview.hasDrift ? 1 : 0)
    }

    static func say(_ message: String) { try? FileHandle.standardError.write(contentsOf: Data("\(message)\n".utf8)) }
}
