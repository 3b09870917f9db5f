@testable import NetConfigCore
import Foundation
import NetConfigSystem
import NetConfigTestSupport
import Testing

@testable import interface_reconfigure

/// The built program and values that an attacker sends: it says what is wrong, or does what it is asked for
/// in its own places, and nothing else.
@Suite("hostile input")
struct HostileInputTests {
    /// As `printf` takes them.
    private static let values = HostileValue.arguments.map(\.octal) + [String(repeating: "x", count: 120_000)]

    private static let rewrite = [
        "device": "eth0", "mac": "02:00:00:00:00:01", "mode": "static", "ip": "192.0.2.10", "netmask": "255.255.255.0",
    ]

    /// Every option with what makes a command of it.
    private static func command(_ option: String) -> [String] {
        switch option {
        case "device", "mac", "mode", "ip", "netmask", "gateway", "dns", "vlan", "ipv6-mode", "ipv6", "ipv6-gateway":
            return ["--force=xenbr0", "rewrite"]
                + rewrite.filter { $0.key != option }.sorted { $0.key < $1.key }.map { "--\($0.key)=\($0.value)" }
        case "session": return ["--pif=p", "up"]
        case "pif": return ["--session=s", "up"]
        case "pif-uuid": return ["down"]
        case "force", "force-interface": return ["up"]
        default: return ["--force=xenbr0", "up"]
        }
    }

    @Test(arguments: OptionPrefixes.names)
    func `in every option of the command line`(option: String) throws {
        let host = try HostDirectory()
        for value in TestLength.turns(of: Self.values, in: option.utf8.count) {
            let place = option == "root-prefix" ? [] : ["--root-prefix=\(host.path)"]
            // Changes to this very machine's network are not for a test of words.
            let isRewrite = Self.command(option).contains("rewrite")
            let result = try Program.run(
                Self.command(option) + place + (isRewrite ? [] : ["--dry-run"]) + [
                    "--no-syslog", "--\(option)=\(value)",
                ],
                octal: true)
            let what = "--\(option)=\(value.prefix(100)): \(result.status): \(result.errors.prefix(500))"
            #expect([0, 1, 2].contains(result.status), "\(what)")
            #expect(result.status == 0 || !result.errors.isEmpty, "\(what)")
            #expect(isPrintable(result.errors) && isPrintable(result.output), "\(what)")
            #expect(result.errors.utf8.count < 400_000, "\(what)")
            try checkPlaces(of: host, what)
        }
    }

    @Test(arguments: TestLength.turns(of: values, in: 0, brief: 8, usual: 1))
    func `instead of the action`(value: String) throws {
        let result = try Program.run(["--force=xenbr0", value], octal: true)
        #expect(result.status == 2 && result.errors.contains("For help use --help."), "\(result.errors.prefix(500))")
        #expect(isPrintable(result.errors))
    }

    @Test func `as bridge of a new cache: the name is refused, or is that of the bridge`() throws {
        let options = Self.rewrite.map { "--\($0.key)=\($0.value)" }
        var (taken, refused) = (0, 0)
        for value in TestLength.turns(of: HostileValue.arguments, in: 1, brief: 4, usual: 1) {
            let host = try HostDirectory()
            try host.write("", to: "/var/xapi/network.dbcache")
            let result = try Program.run(
                ["rewrite", "--root-prefix=\(host.path)", "--no-syslog"] + options + ["--force=\(value.octal)"],
                octal: true)
            #expect([0, 2].contains(result.status) && isPrintable(result.errors), "\(result.errors.prefix(500))")
            try checkPlaces(of: host, "\(value)")
            guard result.status == 0 else {
                refused += 1
                continue
            }
            let model = try CacheLocation(root: host.path).load()
            #expect(model.networks.values.map { $0.bridge?.text } == [String(decoding: value.bytes, as: UTF8.self)])
            taken += 1
        }
        #expect(taken > 0 && refused > 0, "\(taken) taken, \(refused) refused")
    }

    @Test(
        arguments: TestLength.turns(of: values, in: 0, brief: 16, usual: 1)
            + ["\\000", "bridge\\000", String(repeating: "x", count: 10_000_000)])
    func `in the files that say what the host is`(value: String) throws {
        for file in ["/etc/xensource/network.conf", "/etc/xensource-inventory", "/var/xapi/network.dbcache"] {
            let host = try HostDirectory()
            try host.write(value, to: file)
            for arguments in [["--force=xenbr0", "up", "--dry-run"], ["--pif-uuid=u", "up", "--dry-run"]] {
                let result = try Program.run(arguments + ["--root-prefix=\(host.path)", "--no-syslog"])
                #expect(result.status == 1 && isPrintable(result.errors), "\(result.errors.prefix(500))")
                #expect(result.errors.utf8.count < 10_000)
                try checkPlaces(of: host, file)
            }
        }
    }

    @Test(arguments: TestLength.turns(of: RecordFields.all, in: 0, brief: 45, usual: 1))
    func `10 MB in every field of a cache: one answer in time, and not all of it shown`(field: String) throws {
        let host = try HostDirectory()
        let record = field.split(separator: ".")
        let value = String(repeating: "x", count: 10_000_000)
        try host.write(
            RecordFields.cache(String(record[0]), setting: String(record[1]), to: value),
            to: "/var/xapi/network.dbcache")
        let start = ContinuousClock.now
        let result = try Program.run(
            ["--force=xenbr0", "up", "--dry-run", "--root-prefix=\(host.path)", "--no-syslog"])
        #expect([0, 1].contains(result.status) && result.errors.utf8.count < 200_000, "\(result.errors.prefix(500))")
        #expect(.now - start < .seconds(15))
        try checkPlaces(of: host, field)
    }

    /// Nothing but text that is seen, and line breaks.
    private func isPrintable(_ text: String) -> Bool { text == text.printableLines() }

    /// Nothing is there but what the test made, the lock, the cache, and the record of the run.
    private func checkPlaces(of host: HostDirectory, _ what: String) throws {
        let expected: Set = [
            "etc", "etc/xensource", "etc/xensource/network.conf", "etc/xensource-inventory", "var", "var/xapi",
            "var/xapi/network.dbcache", "var/xapi/network.dbcache.last-good", "run", "run/interface-reconfigure",
            "run/interface-reconfigure/lock", "run/interface-reconfigure/lock/holder", "var/lib",
            "var/lib/interface-reconfigure", "var/lib/interface-reconfigure/history",
            "var/lib/interface-reconfigure/history/00000001.json",
        ]
        let found = Set(try FileManager.default.subpathsOfDirectory(atPath: host.path))
        #expect(found.isSubset(of: expected), "\(what)")
    }
}

/// Caches with one field of one record set to something.
private enum RecordFields {
    private static let fields = [
        "pif": [
            "uuid", "management", "network", "device", "bond_master_of", "bond_slave_of", "VLAN", "VLAN_master_of",
            "VLAN_slave_of", "tunnel_access_PIF_of", "tunnel_transport_PIF_of", "ip_configuration_mode", "IP",
            "netmask",
            "gateway", "DNS", "ipv6_configuration_mode", "IPv6", "ipv6_gateway", "primary_address_type", "managed",
            "properties", "sriov_logical_PIF_of", "MAC", "other_config", "currently_attached", "something_else",
        ],
        "network": ["uuid", "bridge", "MTU", "PIFs", "purpose", "managed", "other_config"],
        "bond": ["uuid", "master", "slaves", "primary_slave", "mode", "properties"],
        "vlan": ["uuid", "tagged_PIF", "untagged_PIF"], "tunnel": ["uuid", "access_PIF", "transport_PIF", "protocol"],
        "pool": ["uuid", "igmp_snooping_enabled", "other_config"],
    ]

    static let all = fields.flatMap { kind, names in names.map { "\(kind).\($0)" } }.sorted()

    static func cache(_ kind: String, setting field: String, to value: String) -> String {
        let records = [
            "pif": ["network": "n", "device": "eth0", "ip_configuration_mode": "DHCP", "management": "True"],
            "network": ["bridge": "xenbr0"], "pool": [:],
            "bond": ["master": "p"], "vlan": ["tagged_PIF": "p", "untagged_PIF": "p"],
            "tunnel": ["access_PIF": "p", "transport_PIF": "p"],
        ]
        var text = "<xenserver-network-configuration>"
        for name in ["pif", "network", "pool"] + (["pif", "network", "pool"].contains(kind) ? [] : [kind]) {
            var fields = records[name] ?? [:]
            if name == kind {
                fields[field] =
                    switch field {
                    case "other_config": "<mtu>\(value)</mtu><bond-mode>\(value)</bond-mode>"
                    case "properties": "<gro>\(value)</gro>"
                    case "slaves", "bond_master_of": "<slave>\(value)</slave>"
                    case "VLAN_slave_of": "<master>\(value)</master>"
                    case "purpose": "<purpose>\(value)</purpose>"
                    case "PIFs": "<PIF>\(value)</PIF>"
                    case "sriov_logical_PIF_of": "<sriov>\(value)</sriov>"
                    case let name where name.hasSuffix("PIF_of"): "<pif>\(value)</pif>"
                    default: value
                    }
            }
            text += "<\(name) ref=\"\(name.prefix(1))\">" + fields.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined()
            text += "</\(name)>"
        }
        return text + "</xenserver-network-configuration>"
    }
}
