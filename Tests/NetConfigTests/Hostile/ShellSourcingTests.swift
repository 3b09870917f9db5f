import Foundation
import NetConfigTestSupport
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The files for other tools, which root's scripts source.
@Suite("files that shells source")
struct ShellSourcingTests {
    /// Names that the kernel takes for a device, and that a shell would take for a command.
    private static let names = [
        "$(>pwned)", "`>pwned`", ";>pwned;#", "|>pwned", "&>pwned", ">pwned", "a';>pwned;'", "a\";>pwned;\"",
        "\\';>pwned;#",
        "$((x[`>p`]))", "${x=`>p`}", "!>pwned", "~", "*", "{a,b}", "-e", "a=b", "#x", "eth0",
    ]

    /// A card or bond on a bridge, all of them named like that, with hostile settings in every field that is text.
    private func model(_ name: DeviceName, isBond: Bool) throws -> NetworkModel {
        let text = { (text: String) -> String in
            var bytes: [UInt8] = []
            try bytes.append(escapingXML: text)
            return String(decoding: bytes, as: UTF8.self)
        }
        let hostile = try text("x' `>pwned` $(>pwned) \" \n>pwned\n;>pwned")
        let (device, bridge) = (try text(name.text), try text(name.text.count < 15 ? name.text + "0" : "xenbr0"))
        let keys = ["bond-mode", "bond-hashing-algorithm", "bond-lacp-time", "ethtool-speed", "ethtool-duplex", "mtu"]
        let settings = keys.map { "<\($0)>\(hostile)</\($0)>" }.joined()
        let bond =
            """
            <pif ref="s"><network>ns</network><device>eth1</device></pif>
            <network ref="ns"><bridge></bridge></network>
            <bond ref="b"><master>p</master><slaves><slave>s</slave></slaves><mode>\(hostile)</mode></bond>
            """
        return try NetworkModel(
            records: """
                <pif ref="p"><network>n</network><device>\(device)</device><management>True</management>
                <ip_configuration_mode>Static</ip_configuration_mode><IP>192.0.2.10</IP>
                <netmask>255.255.255.0</netmask><gateway>192.0.2.1</gateway><DNS>192.0.2.53,\(hostile)</DNS>
                <other_config><domain>lab.example,\(hostile),$(\\>pwned),`\\>pwned`</domain>\(settings)
                <static-routes>198.51.100.0/24/192.0.2.2,\(hostile)</static-routes></other_config></pif>
                <network ref="n"><bridge>\(bridge)</bridge><other_config>
                <ethtool-gro>\(hostile)</ethtool-gro><mtu>\(hostile)</mtu></other_config></network>
                \(isBond ? bond : "")
                """.replacing("\\>", with: "&gt;"))
    }

    /// Makes the files of a plan in a directory.
    private func write(_ plan: Plan, into root: RootPrefix) throws {
        for case .replaceFile(let path, _, let after?) in plan.steps.map(\.action) {
            try ConfigurationFiles(below: root).replace(path, with: after)
        }
    }

    @Test(
        arguments: TestLength.turns(of: names, in: 0, brief: 3, usual: 1),
        ["/bin/sh", "/bin/bash"])
    func `sourced by a shell they set variables to what they say, and nothing else happens`(name: String, shell: String)
        throws
    {
        let device = try #require(DeviceName(name))
        let variants = [(false, Datapath.bridge), (true, .bridge), (false, .openvswitch)]
        let place = name.utf8.count + shell.utf8.count
        for (isBond, datapath) in TestLength.turns(of: variants, in: place, usual: 1) {
            let model = try model(device, isBond: isBond)
            let pif = try #require(model.pifs.values.first { $0.device == device })
            let bridge = try #require(model.bridge(of: pif))
            let observed = ObservedState(
                links: [device, DeviceName("eth1")].compactMap(\.self).reduce(into: [:]) { links, card in
                    if !isBond || card != device {
                        links[card] = Link(kind: .other(nil), mac: MACAddress(bits: 1 << 41))
                    }
                },
                vswitch: datapath == .openvswitch ? VswitchState() : nil, directories: [HostFile.scripts])
            let plan = try Planner.plan(
                Request(.up, pif.ref), model: model, facts: HostFacts(datapath: datapath), observed: observed)
            let directory = try TemporaryDirectory()
            try write(plan, into: directory.root)
            let scripts = directory.path + HostFile.scripts
            let files = try directory.names(in: HostFile.scripts)
            #expect(files.contains("ifcfg-\(bridge)") && files.contains("route-\(bridge)"))
            let script = """
                cd "$1" || exit
                for file in ./* ../network; do . "$file"; done 2>/dev/null
                . "./ifcfg-$2"; printf '%s\\n' "$DEVICE"
                . ../network; printf '%s\\n' "$GATEWAYDEV"
                """
            let output = try ChildProcess(FilePath(shell), ["-c", script, "sh", scripts, bridge.text])
                .run(timeLimit: .seconds(10))
            #expect(output.standardOutput == "\(bridge)\n\(bridge)\n", "\(output.standardError)")
            #expect(try directory.names(in: HostFile.scripts) == files, "nothing was made")
        }
    }
}
