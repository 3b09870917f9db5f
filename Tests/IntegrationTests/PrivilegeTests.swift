@testable import NetConfigCore
import Foundation
import Testing

/// What the program's children get from it, and what its files are like, whatever its own caller is like.
@Suite("least privilege", .serialized, .needsTestBed)
struct PrivilegeTests {
    /// What a program says about itself; `Reporter` makes those that do.
    struct Account: Decodable {
        var arguments: [String]
        var variables: [String]
        var descriptors: [Int]
        var umask: Int
    }

    /// Puts a program in another's place that writes down what it was given, and then becomes that other one.
    private func plant(_ program: String, in bed: TestBed, adding arguments: [String] = []) throws {
        let real = try bed.host("sh", "-c", "command -v \(program.split(separator: "/").last ?? "") || echo true")
        let script = """
            #!/usr/bin/python3 -IS
            import json, os, sys
            def is_open(number):
                try: return bool(os.fstat(number))
                except OSError: return False
            mask = os.umask(0o22)
            os.umask(mask)
            with open("/proc/self/environ", "rb") as file: variables = file.read().decode().split("\\0")[:-1]
            account = {"arguments": sys.argv, "variables": variables, "umask": mask,
                "descriptors": [number for number in range(1024) if is_open(number)]}
            with open("\(bed.directory)/accounts", "a") as file: print(json.dumps(account), file=file)
            real = "\(real.filter { !$0.isNewline })"
            os.execv(real, [real] + \(arguments) + sys.argv[1:])

            """
        try bed.makeDirectory(String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)]))
        try bed.write(script, to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bed.root + program)
    }

    /// The accounts of all children that there have been, by program.
    private func accounts(_ bed: TestBed) throws -> [String: [Account]] {
        let lines = bed.lines(try String(contentsOfFile: "\(bed.directory)/accounts", encoding: .utf8))
        let accounts = try lines.map { try JSONDecoder().decode(Account.self, from: Data($0.utf8)) }
        return Dictionary(grouping: accounts) { String($0.arguments[0].split(separator: "/").last ?? "") }
    }

    /// A caller that has an odd environment, files open, and a mask that keeps nothing from anybody.
    private let caller = [
        "env", "-i", "PATH=/nowhere", "SECRET=s3cret", "ENV=/nowhere", "BASH_ENV=/nowhere", "IFS=e", "LC_ALL=xx",
        "LD_LIBRARY_PATH=/nowhere", "PEERDNS=maybe", "/bin/bash", "-c",
        #"umask 000; exec 7</etc/shadow 99>>/dev/null; exec "$@""#, "bash",
    ]

    @Test
    func `children have an environment of ours, three descriptors, and are called by absolute paths`() throws {
        let bed = try TestBed(.openvswitch, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try bed.makeDirectory("/var/lib/xcp")
        // The client's own child is told where it is; all other programs are found below the root.
        try plant("/sbin/dhclient-script", in: bed)
        try plant("/sbin/dhclient", in: bed, adding: ["-sf", bed.root + "/sbin/dhclient-script"])
        try plant("/sbin/update-issue", in: bed)
        try plant("/usr/bin/ovs-ofctl", in: bed)
        try bed.edit("/var/xapi/network.dbcache") {
            $0.replacing(
                "</xenserver-network-configuration>",
                with: """
                    <pool ref="pool"><other_config><vswitch-controller-fail-mode>secure</vswitch-controller-fail-mode>
                    </other_config></pool></xenserver-network-configuration>
                    """)
        }
        let up = try bed.run(["--management", "--force", "xenbr0", "up"], through: caller)
        #expect(up.status == 0, "\(up.errors)")
        #expect(try bed.run(["--force", "xenbr0", "down"], through: caller).status == 0)

        let all = try accounts(bed)
        #expect(all.keys.sorted() == ["dhclient", "dhclient-script", "ovs-ofctl", "update-issue"])
        #expect(all["dhclient"]?.contains { $0.arguments.contains("-r") } == true, "the lease was released")
        var paths = 0
        for (program, account) in all.flatMap({ entry in entry.value.map { (entry.key, $0) } }) {
            #expect(account.arguments[0].hasPrefix(bed.root + "/"), "\(account)")
            #expect(account.umask == 0o022, "\(account)")
            #expect(!account.variables.contains { $0.contains("s3cret") || $0.contains("/nowhere") }, "\(account)")
            // The script's environment and descriptors are the client's doing.
            guard program != "dhclient-script" else { continue }
            #expect(account.variables == ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"], "\(account)")
            #expect(account.descriptors == [0, 1, 2], "\(account)")
            for path in account.arguments where path.contains("dhclient-xenbr0") || path.hasPrefix("unix:") {
                #expect(path.contains("/ifr."), "absolute, below the root: \(account)")
                paths += 1
            }
        }
        #expect(paths > 3)
    }

    @Test(arguments: ["000", "077"])
    func `files have their modes whatever the mask of the caller`(_ mask: String) throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical-dhcp.dbcache")
        try bed.bed(["dhcp-server", bed.directory, "--router", "192.0.2.1"])
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        try bed.makeDirectory("/var/lib/xcp")
        let masked = ["/bin/sh", "-c", #"umask \#(mask); exec "$@""#, "sh"]
        let up = try bed.run(["--management", "--force", "xenbr0", "up"], through: masked)
        #expect(up.status == 0, "\(up.errors)")
        let rewrite = ["--force", "xenbr0", "rewrite", "--device=eth0", "--mac=x", "--mode=none"]
        try bed.host("chmod", "640", bed.root + "/var/xapi/network.dbcache")
        #expect(try bed.run(rewrite, through: masked).status == 0)

        let paths = [
            "run/interface-reconfigure", "run/interface-reconfigure/lock", "run/interface-reconfigure/lock/holder",
            "run/interface-reconfigure/attached",
            "etc/sysconfig/network", "etc/sysconfig/network-scripts/ifcfg-xenbr0",
            "etc/sysconfig/network-scripts/route-xenbr0", "var/lib/xcp/dhclient-xenbr0.conf",
            "var/lib/xcp/dhclient-xenbr0.leases", "var/run/dhclient-xenbr0.pid", "var/xapi/network.dbcache",
            "var/xapi/network.dbcache.last-good",
        ]
        let modes = bed.lines(
            try bed.host(["stat", "--format=%a %u"] + paths.map { "\(bed.root)/\($0)" }))
        let expected = [
            "755", "700", "600", "644", "644", "644", "644", "644", "644", "644", "640", "640",
        ].map { "\($0) 0" }
        #expect(Array(zip(paths, modes)).map { "\($0)" } == Array(zip(paths, expected)).map { "\($0)" })
    }

    @Test
    func `every file that is made is made anew, for its owner alone, and through no link`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/etc/sysconfig/network-scripts")
        let (up, trace) = try bed.traced("--force", "xenbr0", "up")
        #expect(up.status == 0, "\(up.errors)")
        let rewrite = ["--force", "xenbr0", "rewrite", "--device=eth0", "--mac=x", "--mode=none"]
        let opened = (trace.calls + (try bed.traced(rewrite)).trace.calls).filter { $0.contains("O_CREAT") }
        #expect(opened.count > 6, "attached, four files for others, the cache, and the lock")
        for call in opened {
            #expect(call.contains("O_NOFOLLOW") && call.contains("O_CLOEXEC") && call.contains(", 0600)"), "\(call)")
            #expect(call.contains("O_EXCL") || call.contains("/lock/holder\""), "\(call)")
        }
    }
}
