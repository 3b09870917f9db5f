import ArgumentParser
import Program

/// The options of the command line, as written. ``Invocation`` is what they mean together.
struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interface-reconfigure",
        abstract: "Set up the network of a XenServer or XCP-ng host.",
        usage: """
            interface-reconfigure [PIF] up|down
            interface-reconfigure rewrite|confirm
            interface-reconfigure --force BRIDGE [--force BRIDGE]... up|down
            interface-reconfigure --force BRIDGE rewrite --device=DEV --mac=MAC --mode=dhcp|static|none
                [--ip= --netmask= [--gateway=]] [--dns=A,B] [--vlan=TAG]
                [--ipv6-mode= --ipv6=ADDR/LEN --ipv6-gateway=]
            interface-reconfigure reset --device=DEV --mode=dhcp|static [--ip= --netmask= [--gateway=]] [--dns=A,B]
                [--vlan=TAG] [--ipv6-mode= --ipv6=ADDR/LEN --ipv6-gateway=] [--master=ADDRESS] [--force]
            interface-reconfigure undo [NUMBER]
            interface-reconfigure show [BRIDGE] [--why] [--live]
            interface-reconfigure check [--live]
            interface-reconfigure history [NUMBER]
            where PIF is --session REF --pif REF, or --pif-uuid UUID
            """,
        version: Version.text)

    /// Prints the bridges of the host's cache, for the completion of zsh and fish; that of bash knows more.
    private static let bridges =
        "sed -n 's/.*<bridge>\\([A-Za-z0-9_.-]*\\)<.*/\\1/p' /var/xapi/network.dbcache /var/lib/xcp/network.dbcache 2>/dev/null"

    @Argument(
        help: "up, down, rewrite (rewrite-configuration), reset, undo, confirm, show, check, or history.",
        completion: .list(["up", "down", "rewrite", "reset", "undo", "confirm", "show", "check", "history"]))
    var action: String?

    @Argument(
        help: ArgumentHelp(
            "show: the only bridge to show; history, undo: the run.", valueName: "bridge|number"))
    var operand: String?

    @Option(
        name: [.customLong("force-interface"), .customLong("force")],
        help: ArgumentHelp("Work from the cache, without XAPI. up and down take several.", valueName: "bridge"),
        completion: .shellCommand(Self.bridges))
    var force: [String] = []

    @Option(help: ArgumentHelp("The XAPI session to use; it stays open.", valueName: "ref"))
    var session: String?

    @Option(help: ArgumentHelp("The PIF, by reference.", valueName: "ref"))
    var pif: String?

    @Option(help: ArgumentHelp("The PIF, by UUID.", valueName: "uuid"))
    var pifUuid: String?

    @Flag(help: "Make the PIF, or the first of several, the management interface, whatever the records say.")
    var management = false

    @Option(
        help: ArgumentHelp("rewrite, reset: the network card (no bond, VLAN or bridge).", valueName: "name"),
        completion: .shellCommand("ls /sys/class/net"))
    var device: String?

    @Option(help: ArgumentHelp("rewrite: its MAC address; other text means the device's own.", valueName: "mac"))
    var mac: String?

    @Option(
        help: ArgumentHelp("rewrite, reset: dhcp, static or none.", valueName: "mode"),
        completion: .list(["dhcp", "static", "none"]))
    var mode: String?

    @Option(help: ArgumentHelp("rewrite, reset: IPv4 address.", valueName: "address"))
    var ip: String?

    @Option(help: ArgumentHelp("rewrite, reset: IPv4 netmask.", valueName: "mask"))
    var netmask: String?

    @Option(help: ArgumentHelp("rewrite, reset: IPv4 gateway.", valueName: "address"))
    var gateway: String?

    @Option(help: ArgumentHelp("rewrite, reset: DNS servers, separated by commas.", valueName: "addresses"))
    var dns: String?

    @Option(help: ArgumentHelp("rewrite, reset: 802.1Q tag of the management VLAN.", valueName: "tag"))
    var vlan: String?

    @Option(
        name: [.customLong("ipv6-mode"), .customLong("mode-v6")],
        help: ArgumentHelp("rewrite, reset: dhcp, autoconf, static or none.", valueName: "mode"),
        completion: .list(["dhcp", "autoconf", "static", "none"]))
    var ipv6Mode: String?

    @Option(help: ArgumentHelp("rewrite, reset: IPv6 address with prefix length.", valueName: "address/length"))
    var ipv6: String?

    @Option(
        name: [.customLong("ipv6-gateway"), .customLong("gateway-v6")],
        help: ArgumentHelp("rewrite, reset: IPv6 gateway.", valueName: "address"))
    var ipv6Gateway: String?

    @Option(help: ArgumentHelp("reset: the pool's master, for a member whose master has moved.", valueName: "address"))
    var master: String?

    @Flag(help: "reset: even while XAPI or xcp-networkd runs; after reset, --force means the same.")
    var despiteToolstack = false

    @Option(
        help: ArgumentHelp(
            "up, reset: put everything back unless confirmed (action confirm) in time.", valueName: "seconds"))
    var confirm: String?

    @Option(
        help: ArgumentHelp("up, reset: put everything back unless the gateway answers in time.", valueName: "seconds"))
    var checkGateway: String?

    @Flag(
        help: ArgumentHelp(
            "up, down, reset: do nothing if something would be lost for good, and put everything back if any step fails."
        ))
    var strict = false

    @Flag(help: "up: take cards from bridges and bonds that no record describes, together with their addresses.")
    var take = false

    @Option(help: ArgumentHelp("up: wait for network cards that are still missing.", valueName: "seconds"))
    var waitForCards: String?

    @Flag(help: "show, check: read the records from XAPI instead of the cache.")
    var live = false

    @Flag(help: "show: say where each setting comes from, and what is ignored.")
    var why = false

    @Flag(help: "Show what would be done without doing it.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Format of --dry-run: text, json, shell or dot; of show: text, json or dot; of check and history: text or json.",
            valueName: "format"), completion: .list(["text", "json", "shell", "dot"]))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "up, down, rewrite, reset, undo: print what was done, and how it went, in this format (json).",
            valueName: "format"), completion: .list(["json"]))
    var report: String?

    @Option(
        name: [.customLong("records"), .customLong("cache")],
        help: ArgumentHelp("Cache, xcp-networkd's database or management.conf to use.", valueName: "file"),
        completion: .file())
    var cache: String?

    @Option(
        help: ArgumentHelp("Directory below which all files and sockets are.", valueName: "dir"), completion: .directory
    )
    var rootPrefix: String?

    @Option(help: ArgumentHelp("XAPI's socket.", valueName: "path"), completion: .file())
    var xapiSocket: String?

    @Option(help: ArgumentHelp("How long a call to XAPI may take (default: 30).", valueName: "seconds"))
    var xapiTimeout: String?

    @Option(help: ArgumentHelp("ovsdb-server's socket.", valueName: "path"), completion: .file())
    var ovsdb: String?

    @Option(
        help: ArgumentHelp("Open vSwitch datapath: system or netdev.", valueName: "type"),
        completion: .list(["system", "netdev"]))
    var datapathType: String?

    @Flag(help: "Log to stderr instead of syslog.")
    var noSyslog = false

    @Flag(name: [.short, .long], help: "Log the plan and each action, to stderr too; in a dry run, show the undo.")
    var verbose = false
}
