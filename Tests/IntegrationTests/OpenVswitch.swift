import Foundation

/// An ovsdb-server and an ovs-vswitchd of a test's own, on the userspace datapath in a network namespace of its own.
final class OpenVswitch {
    struct Failure: Error { var output: String }

    static let isUsable =
        geteuid() == 0 && FileManager.default.fileExists(atPath: "/usr/share/openvswitch/vswitch.ovsschema")

    let namespace: String
    let directory: String
    var socket: String { directory + "/db.sock" }

    /// Starts both; a schema takes the place of the installed one.
    init(schema: String? = nil, vswitchd: Bool = true) throws {
        namespace = "ovs-" + UUID().uuidString.prefix(8).lowercased()
        directory = "/tmp/" + namespace
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        if let schema { try schema.write(toFile: directory + "/schema", atomically: false, encoding: .utf8) }
        let path = schema == nil ? "/usr/share/openvswitch/vswitch.ovsschema" : directory + "/schema"
        try shell("ip netns add $NS; ip -n $NS link set lo up; ovsdb-tool create $D/conf.db \(path)")
        try startServer()
        if schema == nil { try vsctl("--no-wait init") }
        if vswitchd { try startVswitchd() }
    }

    deinit {
        _ = try? shell(
            """
            for p in ovs-vswitchd ovsdb-server; do [ ! -s $D/$p.pid ] || kill $(cat $D/$p.pid) || :; done
            ip netns del $NS; rm -rf $D
            """)
    }

    /// A daemon that inherits the socket by which Foundation's `Process` notices that its child ended would keep it
    /// waiting as long as the daemon lives.
    private var closingDescriptors: String {
        "for fd in /proc/$$/fd/*; do fd=${fd##*/}; case $fd in 0|1|2|255) ;; *) eval \"exec $fd>&-\";; esac; done"
    }

    func startServer() throws {
        try shell(
            """
            \(closingDescriptors)
            ip netns exec $NS ovsdb-server $D/conf.db --remote=punix:$D/db.sock --pidfile=$D/ovsdb-server.pid \
              --unixctl=$D/ovsdb.ctl --log-file=$D/ovsdb.log -vconsole:off --detach --no-chdir
            """)
    }

    func startVswitchd() throws {
        try shell(
            """
            \(closingDescriptors)
            ip netns exec $NS ovs-vswitchd unix:$D/db.sock --pidfile=$D/ovs-vswitchd.pid --unixctl=$D/vswitchd.ctl \
              --log-file=$D/vswitchd.log -vconsole:off --detach --no-chdir --disable-system
            """)
    }

    /// Ends one of the two and waits until it is gone. Its file with the process number goes before its sockets do, and a
    /// process that its parent has not collected still has a number: one that has ended has no descriptors.
    func stop(_ daemon: String) throws {
        try shell(
            """
            p=$(cat $D/\(daemon).pid)
            kill $p
            while [ -n "$(ls /proc/$p/fd 2>/dev/null)" ]; do sleep 0.02; done
            """)
    }

    @discardableResult
    func vsctl(_ arguments: String) throws -> String {
        try shell("ip netns exec $NS ovs-vsctl --timeout=20 --db=unix:$D/db.sock \(arguments)")
    }

    @discardableResult
    func shell(_ script: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // The threads that tests run on block all signals, and children would inherit that.
        process.arguments = ["--default-signal", "/bin/bash", "-euc", script]
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NS": namespace, "D": directory, "OVS_RUNDIR": directory,
            "OVS_DBDIR": directory, "OVS_LOGDIR": directory, "OVS_SYSCONFDIR": directory,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard process.terminationStatus == 0 else { throw Failure(output: script + "\n" + text) }
        return text
    }

    /// Makes a pair of Ethernet devices, of which one stands for a NIC.
    func addNIC(_ name: String) throws {
        try shell("ip -n $NS link add name \(name) type veth peer name \(name)-peer; ip -n $NS link set \(name) up")
    }
}
