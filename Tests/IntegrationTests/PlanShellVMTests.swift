@testable import NetConfigCore
import Testing

/// The same where the kernel has bonds, VLAN links and Open vSwitch's datapath.
@Suite("printed commands in a virtual machine", .serialized, .needsTestBed)
struct PlanShellVMTests {
    @Test(arguments: [
        ShellCase(.bridge, "bond-lacp", "xapi1 up", "xapi1 down"),
        ShellCase(.bridge, "vlan-on-bond", "xapi5 up", "xapi1 up", "xenbr0 up"),
        ShellCase(.openvswitch, "vlan-on-bond", "xapi5 up", "xenbr0 up"),
    ])
    func `do the same as the program`(_ sequence: ShellCase) throws { try sequence.check() }
}
