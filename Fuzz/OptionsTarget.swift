import ArgumentParser
import NetConfigTestSupport

@testable import NetConfigCore
@testable import NetConfigSystem
@testable import interface_reconfigure

/// The command line, and the values of `other_config` and other fields that administrators set by hand.
///
/// A line `RECORD KEY=VALUE` sets a key of all records of a kind (`pif`, `network`, `pool`, `bond`) of the sample; any
/// other line is an argument.
func fuzzOptions(_ bytes: [UInt8]) throws(BrokenPromise) {
    var arguments: [String] = []
    var settings: [(record: Substring, key: String, value: String)] = []
    for line in bytes.lines {
        let words = line.split(separator: " ", maxSplits: 1)
        let sides = words.last.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) } ?? []
        if words.count == 2, sides.count == 2, ["pif", "network", "pool", "bond"].contains(words[0]) {
            settings.append((words[0], String(sides[0]), String(sides[1])))
        } else {
            arguments.append(line)
        }
    }
    try checkValues(arguments + settings.map(\.value))
    try checkCommandLine(arguments)
    if !settings.isEmpty { try Walk.through(NetworkModel.sample.with(settings)) }
}

/// Whatever is taken as a value is the same when its text is read again.
private func checkValues(_ texts: [String]) throws(BrokenPromise) {
    for text in texts {
        if let address = IPAddress(text) { try expect(IPAddress("\(address)") == address, text) }
        if let prefix = IPPrefix(text) { try expect(IPPrefix("\(prefix)") == prefix, text) }
        if let mac = MACAddress(text) { try expect(MACAddress("\(mac)") == mac, text) }
        if let route = Route(staticRoute: text[...]) {
            try expect(route.destination.network == route.destination, text)
        }
        guard let name = DeviceName(text) else { continue }
        let isFileName = name.text.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") }
        try expect(isFileName && name.text != "." && name.text != ".." && name.text.utf8.count <= 15, text)
    }
}

private func checkCommandLine(_ arguments: [String]) throws(BrokenPromise) {
    let shown = HostLock.command(arguments)
    do {
        let options = try Options.read(arguments)
        if let session = options.session, session.utf8.count > 8 {
            try expect(!shown.contains(session), "the session's reference is shown")
        }
        guard case .rewriteCache(let management) = try Invocation(options) else { return }
        let model = management.model
        try model.validate()
        try expect(try model.writtenAndRead == model, "the new cache lost something")
        try Walk.through(model)
    } catch let error as ModelError {
        throw BrokenPromise("options that give a cache which cannot be read: \(error)")
    } catch let broken as BrokenPromise {
        throw broken
    } catch {
        try expect(!Options.message(for: error).isEmpty, "an error without a reason")
    }
}

extension NetworkModel {
    /// The records with settings on all that are of their kind.
    fileprivate func with(_ settings: [(record: Substring, key: String, value: String)]) -> NetworkModel {
        func entries(_ record: Substring) -> [String: String] {
            Dictionary(settings.filter { $0.record == record }.map { ($0.key, $0.value) }) { $1 }
        }
        var model = self
        let bond = entries("bond")
        for ref in pifs.keys { model.pifs[ref]?.otherConfig = OtherConfig(entries("pif"), of: .pif) }
        for ref in networks.keys { model.networks[ref]?.otherConfig = OtherConfig(entries("network"), of: .network) }
        for ref in bonds.keys {
            model.bonds[ref]?.mode = bond["mode"]
            model.bonds[ref]?.properties = bond
        }
        model.pool?.otherConfig = OtherConfig(entries("pool"), of: .pool)
        return model
    }
}
