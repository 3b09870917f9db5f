import CLinux
import Glibc
import SystemPackage
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

/// The kinds of actions there are.
enum ActionKind: String, CaseIterable, CustomTestStringConvertible {
    case createLink, deleteLink, setUp, setDown, setMaster, setMAC, setMTU, setBridgeAttributes, setBondMode
    case setBondAttributes, setOffload, setFlag, setLinkSettings, setIPv6, addAddress, removeAddress, addRoute,
        removeRoute
    case changeVswitch, addFlows, removeFlows, startDHCP, stopDHCP, replaceFile, moveFile, announce, queryMulticast,
        setFirewallPort, restore, run

    var testDescription: String { rawValue }

    /// The kind of an action. Exhaustive, so that a new action needs a kind, and with it the table below.
    init(_ action: Action) {
        self =
            switch action {
            case .createLink: .createLink
            case .deleteLink: .deleteLink
            case .setUp: .setUp
            case .setDown: .setDown
            case .setMaster: .setMaster
            case .setMAC: .setMAC
            case .setMTU: .setMTU
            case .setBridgeAttributes: .setBridgeAttributes
            case .setBondMode: .setBondMode
            case .setBondAttributes: .setBondAttributes
            case .setOffload: .setOffload
            case .setFlag: .setFlag
            case .setLinkSettings: .setLinkSettings
            case .setIPv6: .setIPv6
            case .addAddress: .addAddress
            case .removeAddress: .removeAddress
            case .addRoute: .addRoute
            case .removeRoute: .removeRoute
            case .changeVswitch: .changeVswitch
            case .addFlows: .addFlows
            case .removeFlows: .removeFlows
            case .startDHCP: .startDHCP
            case .stopDHCP: .stopDHCP
            case .replaceFile: .replaceFile
            case .moveFile: .moveFile
            case .announce: .announce
            case .queryMulticast: .queryMulticast
            case .setFirewallPort: .setFirewallPort
            case .restore: .restore
            case .run: .run
            }
    }

    /// The system calls that the action's parts are made of: each of them is made to fail, the first, the second and so on.
    /// A change of Open vSwitch's rows is one transaction; what becomes of its connection is tested where that is.
    var calls: [String] {
        switch self {
        case .createLink, .deleteLink, .setUp, .setDown, .setMaster, .setMAC, .setMTU, .setBridgeAttributes,
            .setBondMode,
            .setBondAttributes, .setFlag, .addAddress, .removeAddress, .addRoute, .removeRoute:
            ["sendmsg"]
        case .setOffload, .setLinkSettings: ["ioctl"]
        case .setIPv6: ["sendmsg", "openat", "pread64", "pwrite64"]
        case .changeVswitch: []
        case .addFlows, .removeFlows: ["openat", "write", "clone"]
        case .startDHCP: ["openat", "write", "fsync", "rename", "unlink", "mkdir", "clone", "kill"]
        case .stopDHCP: ["openat", "unlink", "fsync", "clone", "kill"]
        case .replaceFile: ["openat", "write", "fchmod", "fsync", "rename", "unlink", "mkdir"]
        case .moveFile: ["openat", "renameat2", "fsync"]
        case .announce: ["sendmsg", "sendto", "socket"]
        case .queryMulticast: ["sendto", "socket"]
        case .setFirewallPort, .run: ["openat", "clone"]
        // What it cannot put back it names; the rest is put back.
        case .restore: []
        }
    }

    /// The kinds whose parts are made to fail in a namespace.
    static var here: [ActionKind] {
        let others: Set<ActionKind> = [
            .setBondMode, .setBondAttributes, .setLinkSettings, .changeVswitch, .addFlows, .removeFlows, .restore,
        ]
        return allCases.filter { !others.contains($0) }
    }

    /// The state in which the action can be done, as a shell script, and the action; `nil` where this kernel cannot do it,
    /// and where what the action needs is in another suite.
    func sample(on bed: TestBed) throws -> (prepare: String, action: Action, undo: [Action])? {
        let (bridge, card) = (try name("xenbr0"), try name("eth0"))
        let (old, new) = (
            BridgeAttributes(stp: false, forwardDelay: 0), BridgeAttributes(stp: true, forwardDelay: 1500)
        )
        let made =
            "ip link add xenbr0 address 52:54:00:00:00:aa type bridge forward_delay 0; ip link set xenbr0 up; ip link set eth0 up"
        let addressed = "\(made); ip address add 192.0.2.10/24 dev xenbr0"
        let mac = MACAddress("52:54:00:00:00:aa")
        let address = LinkAddress(try #require(IPPrefix("192.0.2.10/24")), broadcast: nil)
        let route = Route(try #require(IPPrefix("203.0.113.0/24")), via: IPAddress("192.0.2.1"))
        let (off, on) = (IPv6Settings(acceptRA: 0, autoconf: false), IPv6Settings(acceptRA: 1, autoconf: true))
        let file = FileContents("new\n")
        let client = DHCPClient(device: card, family: .v4, configuration: "timeout 20;\n", environment: [])
        switch self {
        case .createLink: return ("", .createLink(bridge, .bridge(old), mac: mac), [.deleteLink(bridge)])
        case .deleteLink:
            return (made, .deleteLink(bridge), [.createLink(bridge, .bridge(old), mac: mac), .setUp(bridge)])
        case .setUp: return ("ip link set eth0 down", .setUp(card), [.setDown(card)])
        case .setDown: return (made, .setDown(card), [.setUp(card)])
        case .setMaster:
            let prepare =
                "\(made); ip link add other address 52:54:00:00:00:bb type bridge; ip link set eth0 master other"
            return (prepare, .setMaster(card, bridge), [.setMaster(card, try name("other"))])
        case .setMAC:
            let new = try #require(MACAddress("52:54:00:00:00:99")), own = try #require(MACAddress("52:54:00:00:00:10"))
            return ("", .setMAC(card, new), [.setMAC(card, own)])
        case .setMTU: return ("", .setMTU(card, 1400), [.setMTU(card, 1500)])
        case .setBridgeAttributes:
            return (made, .setBridgeAttributes(bridge, new), [.setBridgeAttributes(bridge, old)])
        case .setOffload: return ("", .setOffload(card, .tso, false), [.setOffload(card, .tso, true)])
        case .setFlag:
            let joined = "\(made); ip link set eth0 master xenbr0"
            return (joined, .setFlag(card, .isolated, true), [.setFlag(card, .isolated, false)])
        case .setIPv6: return (made, .setIPv6(bridge, off), [.setIPv6(bridge, on)])
        case .addAddress: return (made, .addAddress(bridge, address), [.removeAddress(bridge, address)])
        case .removeAddress: return (addressed, .removeAddress(bridge, address), [.addAddress(bridge, address)])
        case .addRoute: return (addressed, .addRoute(bridge, route), [.removeRoute(bridge, route)])
        case .removeRoute:
            return (
                "\(addressed); ip route add 203.0.113.0/24 via 192.0.2.1 proto static", .removeRoute(bridge, route),
                [.addRoute(bridge, route)]
            )
        case .startDHCP:
            try bed.bed(["dhcp-server", bed.directory])
            return ("ip link set eth0 up", .startDHCP(client, patience: 20), [.stopDHCP(client)])
        case .stopDHCP:
            try bed.bed(["dhcp-server", bed.directory])
            return ("ip link set eth0 up", .stopDHCP(client), [.startDHCP(client, patience: 20)])
        case .replaceFile:
            let path = "/etc/new/file"
            return (
                "", .replaceFile(path, before: nil, after: file), [.replaceFile(path, before: file, after: nil)]
            )
        case .moveFile:
            return (
                "echo x >\(bed.root)/etc/file", .moveFile("/etc/file", to: "/etc/other"),
                [.moveFile("/etc/other", to: "/etc/file")]
            )
        case .announce: return (addressed, .announce(bridge, [address.prefix.address]), [])
        case .queryMulticast: return (made, .queryMulticast(bridge), [])
        case .run: return ("", .run("/bin/true"), [])
        case .setFirewallPort:
            return (
                "", .setFirewallPort(8080, wasOpen: false, isOpen: true),
                [.setFirewallPort(8080, wasOpen: true, isOpen: false)]
            )
        // Bonds, ethtool's settings and rows need another kernel, card or database: each failing as a whole is what
        // FaultTests and the suites in a virtual machine see.
        case .setBondMode, .setBondAttributes, .setLinkSettings, .changeVswitch, .addFlows, .removeFlows,
            .restore:
            return nil
        }
    }

    private func name(_ text: String) throws -> DeviceName { try #require(DeviceName(text)) }
}

/// Makes one system call of this thread fail.
struct FailingCall: CustomStringConvertible {
    var call: String
    /// Which of the calls of this name, counted from 1.
    var number: Int

    var description: String { "\(call) \(number)" }

    /// Does something, and says whether the call was made and failed.
    func during(on bed: TestBed, _ work: () -> Void) throws -> Bool {
        let file = "\(bed.directory)/failing"
        // "PROCESS/task/THREAD"
        let thread = try #require(RootPrefix.target(ofLink: "/proc/thread-self")?.split(separator: "/").last)
        let options = [
            "-qq", "-o", file, "-e", "trace=\(call)", "-e", "signal=none", "-e",
            "inject=\(call):error=EIO:when=\(number)",
        ]
        // Looking on must not make the calls that are counted: both files are open before.
        let status = try Descriptor(open: FilePath("/proc/self/task/\(thread)/status"), O_RDONLY)
        func text(_ file: borrowing Descriptor) throws -> String {
            String(decoding: try file.read(limit: 1 << 20, fromStart: true), as: UTF8.self)
        }
        let log = try Descriptor(open: FilePath(file), O_RDONLY | O_CREAT | O_TRUNC, mode: 0o600)
        var strace = try ChildProcess("/usr/bin/strace", options + ["-p", "\(thread)"]).start()
        let deadline = ContinuousClock.now + .seconds(10)
        while try text(status).contains("TracerPid:\t0\n") {
            try #require(.now < deadline, "strace does not come: \(strace.messages)")
            pause(.milliseconds(2))
        }
        work()
        let isHit = try text(log).contains("(INJECTED)")
        strace.end()
        return isHit
    }
}
