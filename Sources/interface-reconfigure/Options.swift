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
            interface-reconfigure show [BRIDGE] [--why] [--live]
            interface-reconfigure check [--live]
            where PIF is --session REF --pif REF, or --pif-uuid UUID
            """,
        version: Version.text)

    @Argument(help: "up, down, rewrite (rewrite-configuration), confirm, show, or check.")
    var action: String?

    @Argument(help: ArgumentHelp("show: the only bridge to show.", valueName: "bridge"))
    var bridge: String?

    @Option(
        name: [.customLong("force-interface"), .customLong("force")],
        help: ArgumentHelp("Work from the cache, without XAPI. up and down take several.", valueName: "bridge"))
    var force: [String] = []

    @Option(help: ArgumentHelp("The XAPI session to use; it stays open.", valueName: "ref"))
    var session: String?

    @Option(help: ArgumentHelp("The PIF, by reference.", valueName: "ref"))
    var pif: String?

    @Option(help: ArgumentHelp("The PIF, by UUID.", valueName: "uuid"))
    var pifUuid: String?

    @Flag(help: "Make the PIF, or the first of several, the management interface, whatever the records say.")
    var management = false

    @Option(help: ArgumentHelp("rewrite: the network card (no bond, VLAN or bridge).", valueName: "name"))
    var device: String?

    @Option(help: ArgumentHelp("rewrite: its MAC address; other text means the device's own.", valueName: "mac"))
    var mac: String?

    @Option(help: ArgumentHelp("rewrite: dhcp, static or none.", valueName: "mode"))
    var mode: String?

    @Option(help: ArgumentHelp("rewrite: IPv4 address.", valueName: "address"))
    var ip: String?

    @Option(help: ArgumentHelp("rewrite: IPv4 netmask.", valueName: "mask"))
    var netmask: String?

    @Option(help: ArgumentHelp("rewrite: IPv4 gateway.", valueName: "address"))
    var gateway: String?

    @Option(help: ArgumentHelp("rewrite: DNS servers, separated by commas.", valueName: "addresses"))
    var dns: String?

    @Option(help: ArgumentHelp("rewrite: 802.1Q tag of the management VLAN.", valueName: "tag"))
    var vlan: String?

    @Option(help: ArgumentHelp("rewrite: dhcp, autoconf, static or none.", valueName: "mode"))
    var ipv6Mode: String?

    @Option(help: ArgumentHelp("rewrite: IPv6 address with prefix length.", valueName: "address/length"))
    var ipv6: String?

    @Option(help: ArgumentHelp("rewrite: IPv6 gateway.", valueName: "address"))
    var ipv6Gateway: String?

    @Option(
        help: ArgumentHelp("up: put everything back unless confirmed (action confirm) in time.", valueName: "seconds"))
    var confirm: String?

    @Option(help: ArgumentHelp("up: put everything back unless the gateway answers in time.", valueName: "seconds"))
    var checkGateway: String?

    @Flag(
        help: ArgumentHelp(
            "up, down: do nothing if something would be lost for good, and put everything back if any step fails."
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
            "Format of --dry-run: text, json, shell or dot; of show: text, json or dot; of check: text or json.",
            valueName: "format"))
    var format: String?

    @Option(
        name: [.customLong("records"), .customLong("cache")],
        help: ArgumentHelp("Cache, xcp-networkd's database or management.conf to use.", valueName: "file"))
    var cache: String?

    @Option(help: ArgumentHelp("Directory below which all files and sockets are.", valueName: "dir"))
    var rootPrefix: String?

    @Option(help: ArgumentHelp("XAPI's socket.", valueName: "path"))
    var xapiSocket: String?

    @Option(help: ArgumentHelp("How long a call to XAPI may take (default: 30).", valueName: "seconds"))
    var xapiTimeout: String?

    @Option(help: ArgumentHelp("ovsdb-server's socket.", valueName: "path"))
    var ovsdb: String?

    @Option(help: ArgumentHelp("Open vSwitch datapath: system or netdev.", valueName: "type"))
    var datapathType: String?

    @Flag(help: "Log to stderr instead of syslog.")
    var noSyslog = false

    @Flag(name: [.short, .long], help: "Log the plan and each action, to stderr too; in a dry run, show the undo.")
    var verbose = false
}
