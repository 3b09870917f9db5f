package import NetConfig
package import NetConfigCore
import NetConfigSystem

/// What no record can make a plan do.
extension Plan {
    /// Checks every action and every undo.
    package func check() throws(BrokenPromise) {
        for step in steps {
            try expect(!step.reason.isEmpty, "a step without a reason")
            for action in [step.action] + step.undo { try action.checkPlace() }
            // An undo brings back what others wrote, as it was.
            try step.action.checkContents()
        }
        try expect(text(undo: true).isPrintable, "a terminal would obey a plan")
    }
}

extension Overview {
    /// Checks what `show` shows.
    package func check() throws(BrokenPromise) {
        try expect(text(why: true).isPrintable && dot.isPrintable, "a terminal would obey an overview")
    }
}

extension Inspection {
    /// Checks what `check` shows.
    package func check() throws(BrokenPromise) {
        try expect(text().isPrintable, "a terminal would obey a finding")
        let isWhole = findings.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty }
        try expect(isWhole, "a finding without a reason or a remedy")
    }
}

extension String {
    /// Whether there is nothing in it that a terminal would do instead of showing it.
    fileprivate var isPrintable: Bool {
        unicodeScalars.allSatisfy {
            switch $0.properties.generalCategory {
            case .control: $0 == "\n"
            case .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}

extension UpdatePlan {
    /// Checks the plan, and that XAPI can be told about it.
    package func check() throws(BrokenPromise) {
        try plan.check()
        let document = PluginAnswer.success(answer).document
        try expect((try? XMLRPCAnswer(XMLDocument(document))) != nil, "an answer that XAPI cannot read: \(answer)")
    }
}

extension Action {
    fileprivate func checkPlace() throws(BrokenPromise) {
        switch self {
        case .replaceFile(let path, _, _): try expect(Self.isOurs(path), "a file that is none of ours: \(path)")
        case .run(let program):
            try expect(program == HostFile.updateIssue, "a program that is none of ours: \(program)")
        default: break
        }
    }

    fileprivate func checkContents() throws(BrokenPromise) {
        switch self {
        case .replaceFile(let path, let before, let after?) where path.utf8.starts(with: "/etc/sysconfig/".utf8):
            // What others wrote into the one file that they share with us stays.
            let old = path == HostFile.sysconfigNetwork ? Set(Self.lines(of: before?.text ?? "")) : []
            let lines = Self.lines(of: after.text).filter { !old.contains($0) }
            try expect(lines.allSatisfy(\.isHarmlessToShell), "a shell would run something of \(path): \(lines)")
        case .startDHCP(let client, _): try client.check()
        default: break
        }
    }

    private static func lines(of text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n")).map { String(Substring($0)) }
    }

    private static func isOurs(_ path: String) -> Bool {
        let scripts = "\(HostFile.scripts)/"
        guard path.utf8.starts(with: scripts.utf8) else {
            let others = [
                HostFile.resolver, HostFile.sysconfigNetwork, HostFile.attached,
                VswitchPlugin.caCertificate,
                PendingFlows.file,
            ]
            return others.contains(path)
        }
        let name = path.utf8.dropFirst(scripts.utf8.count)
        return (name.starts(with: "ifcfg-".utf8) || name.starts(with: "route-".utf8))
            && !name.contains { $0 == 0 || $0 == 0x2F }
    }
}

extension String {
    /// Whether a shell that reads this line does nothing but set a variable. A route is no assignment; what it is made of
    /// means nothing to a shell either.
    fileprivate var isHarmlessToShell: Bool {
        if utf8.first == UInt8(ascii: "#") { return true }
        let words = utf8.split(separator: UInt8(ascii: " "), maxSplits: 4).map(Substring.init)
        if words.count == 5, IPPrefix(String(words[0])) != nil, words[1] == "via", IPAddress(String(words[2])) != nil {
            return words[3] == "dev" && words[4].isShellWord
        }
        guard let sign = utf8.firstIndex(of: UInt8(ascii: "=")), self[..<sign].utf8.allSatisfy(\.isNameByte) else {
            return false
        }
        return self[utf8.index(after: sign)...].isShellWord
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        (0x41...0x5A).contains(self) || (0x30...0x39).contains(self) || self == UInt8(ascii: "_")
    }
}

extension Substring {
    /// Whether this is one word to a shell, and always the same one.
    fileprivate var isShellWord: Bool {
        // A shell reads bytes; a Character may be a quotation mark with an accent.
        var rest = self[...].utf8
        while let byte = rest.popFirst() {
            switch Unicode.Scalar(byte) {
            case "'":
                guard let end = rest.firstIndex(of: UInt8(ascii: "'")) else { return false }
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")),
                    !rest[..<end].contains(where: { "$`\\".utf8.contains($0) })
                else { return false }
                rest = rest[rest.index(after: end)...]
            case "\\":
                guard rest.popFirst() != nil else { return false }
            default:
                guard
                    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "._:/,-".utf8.contains(byte)
                else { return false }
            }
        }
        return true
    }
}

extension DHCPClient {
    fileprivate func check() throws(BrokenPromise) {
        let isKnown = Self.statements.contains(configuration.dhclientStatements)
        try expect(isKnown, "dhclient would do something else: \(configuration)")
        let isOurs = environment.allSatisfy { variable in
            guard variable.utf8.starts(with: "GATEWAYDEV=".utf8) else { return variable == "PEERDNS=no" }
            return DeviceName(String(Substring(variable.utf8.dropFirst("GATEWAYDEV=".utf8.count)))) != nil
        }
        try expect(isOurs, "variables that are none of ours: \(environment)")
    }

    /// Every configuration that there is.
    private static let statements: Set<String> = {
        var all: Set<String> = []
        for family in IPAddress.Family.allCases {
            for choice in 0..<8 {
                let text = DHCPConfiguration.text(
                    for: NetworkModel.sample.pifsInOrder[0].device, family, timeout: choice & 1 == 0 ? 60 : 240,
                    wantsRouters: choice & 2 == 0, wantsDNS: choice & 4 == 0)
                all.insert(text.dhclientStatements)
            }
        }
        return all
    }()
}

extension String {
    /// What the parser of `dhclient.conf(5)` sees in this, every string the same.
    fileprivate var dhclientStatements: String {
        // `dhclient` reads bytes.
        var statements = UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let character = rest.popFirst() {
            switch character {
            case "#": rest = rest.drop { $0 != "\n" }
            case "\"":
                while let next = rest.popFirst(), next != "\"" {
                    if next == "\\" { _ = rest.popFirst() }
                }
                statements.append(contentsOf: "\"\"".unicodeScalars)
            default: statements.append(character)
            }
        }
        return String(statements)
    }
}
