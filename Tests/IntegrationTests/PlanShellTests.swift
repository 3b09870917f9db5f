@testable import NetConfigCore
import Testing

/// The commands of `--dry-run --format=shell` are run, and leave what the program itself leaves.
@Suite("printed commands", .serialized, .needsTestBed)
struct PlanShellTests {
    @Test(arguments: [
        ShellCase(.openvswitch, "physical", "xenbr0 up", "xenbr0 down"),
        ShellCase(.openvswitch, "physical-dhcp", "xenbr0 up", "xenbr0 down", hasServer: true),
        ShellCase(.openvswitch, "bond", "xenbr0 up", "xapi1 up", "xenbr0 up", "xenbr0 down"),
        ShellCase(.openvswitch, "bond-lacp", "xapi1 up", "xapi1 down"),
        ShellCase(.openvswitch, "vlan-static", "xapi5 up", "xenbr0 up", "xapi5 down", "xenbr0 down"),
        ShellCase(.openvswitch, "vlan-on-bond", "xapi5 up", "xapi1 up", "xenbr0 up"),
        ShellCase(.openvswitch, "tunnel", "xapi2 up", "xapi2 down"),
        ShellCase(.openvswitch, "bridgeless", "eth0 up", "eth0 down"),
        ShellCase(.bridge, "physical", "xenbr0 up", "xenbr0 down"),
        ShellCase(.bridge, "physical-dhcp", "xenbr0 up", "xenbr0 down", hasServer: true),
        ShellCase(.bridge, "two-cards", "xenbr0 up", "xenbr1 up", "xenbr0 down"),
        ShellCase(.bridge, "bridgeless", "eth0 up", "eth0 down"),
    ])
    func `do the same as the program`(_ sequence: ShellCase) throws { try sequence.check() }
}
