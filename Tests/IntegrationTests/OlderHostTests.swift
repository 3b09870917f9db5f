import Foundation
import NetConfigCore
import Testing

/// The main path on hosts that are older than the machine's kernel and Open vSwitch: XCP-ng 8 and XenServer 8.
@Suite("an older host", .serialized, .needsTestBed)
struct OlderHostTests {
    private static let kernel = ["\(TestBed.repository)/Scripts/linux-4.19"]

    /// The errors of system calls by their numbers, with arguments that no call takes.
    private static func errors(of calls: [Int], through wrapper: [String]) throws -> [Int] {
        let script = """
            import ctypes, os, sys
            library = ctypes.CDLL(None, use_errno=True)
            for number in sys.argv[1:]:
                ctypes.set_errno(0)
                library.syscall(int(number), -1, 0, 0, 0)
                print(ctypes.get_errno())
            """
        let command = wrapper + ["/usr/bin/python3", "-c", script] + calls.map(String.init)
        return try FreshRoot.onMachine(command).split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }

    @Test
    func `a system call that Linux 4.19 does not have is not implemented there, and one that it has is`() throws {
        // pidfd_send_signal, pidfd_open, clone3, openat2 and faccessat2, whose numbers are the same on all machines.
        let newer = [424, 434, 435, 437, 439]
        let unimplemented = Int(ENOSYS)
        let fromThere = try Self.errors(of: newer, through: Self.kernel)
        #expect(fromThere.count == newer.count && fromThere.allSatisfy { $0 == unimplemented })
        #expect(try !Self.errors(of: newer, through: []).contains(unimplemented), "the machine's own kernel has them")
        // Also what is started from there.
        #expect(
            try Self.errors(of: newer, through: Self.kernel + ["/bin/sh", "-c", #""$@"; exit"#, "sh"])
                .allSatisfy { $0 == unimplemented })
        // close and rseq, the last one of 4.19.
        let older = ["x86_64": [3, 334], "aarch64": [57, 293]]
        let machine = try FreshRoot.onMachine(["uname", "--machine"]).trimmingCharacters(in: .newlines)
        #expect(try !Self.errors(of: #require(older[machine]), through: Self.kernel).contains(unimplemented))
    }

    @Test(arguments: Datapath.allCases)
    func `with the system calls of Linux 4.19 the programs do all that they are for`(_ datapath: Datapath) throws {
        try MainPath(bed: TestBed(datapath, cache: MainPath.cache), wrapper: Self.kernel).check()
    }

    @Test(arguments: [false, true])
    func `with the database of Open vSwitch 2.5 the programs do all that they are for`(_ isKernelOlder: Bool) throws {
        let bed = try TestBed(.openvswitch, cache: MainPath.cache, schema: VswitchSchema.of25())
        let schema = try bed.host("ovsdb-client", "get-schema-version", "unix:\(bed.directory)/ovs/db.sock")
        #expect(schema == "7.12.1\n")
        let columns = try bed.host("ovsdb-client", "list-columns", "unix:\(bed.directory)/ovs/db.sock", "Interface")
        #expect(columns.contains("ingress_policing_rate") && !columns.contains("mtu_request"))
        try MainPath(bed: bed, wrapper: isKernelOlder ? Self.kernel : []).check()
    }
}
