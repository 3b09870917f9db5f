import Foundation
import Testing

/// A host that systemd boots, on a test bed's cards and on its own Open vSwitch: a container whose root is a throw-away
/// layer above the machine's files. Only for a virtual machine: elsewhere systemd would take hold of the control groups of
/// the machine that the tests run on.
final class SystemdHost {
    private let bed: TestBed
    private let systemd: BackgroundRun
    private var entrance: [String] = []

    /// Where the files are that the host does not share with the machine.
    private static func root(_ bed: TestBed) -> String { "\(bed.directory)/host/root" }

    /// Boots the host with an inventory. Its database and cache are the bed's, whose Open vSwitch must be off. XAPI answers,
    /// with the records of a cache, if it is given one; a script changes the host's root before the boot.
    init(_ bed: TestBed, inventory: String, records: String? = nil, changedBy script: String = "") throws {
        self.bed = bed
        try bed.write(inventory, to: "/etc/xensource-inventory")
        try bed.write(records ?? "", to: "/records")
        let made = try bed.run(command: [
            "bash", "-euc", Self.make + script, "sh", bed.directory, TestBed.repository, TestBed.program,
        ])
        try #require(made.status == 0, "\(made.errors)")
        systemd = try bed.start(
            command: ["unshare", "--mount", "--pid", "--fork", "bash", "-euc", Self.boot, "sh", Self.root(bed)])
        // The first process of the container is this one's only child.
        let parent = "\(systemd.process)"
        try bed.wait("systemd runs") { try bed.script("pgrep --parent \(parent) --exact systemd").status == 0 }
        let first = try bed.host("pgrep", "--parent", parent).trimmingCharacters(in: .whitespacesAndNewlines)
        entrance = ["nsenter", "--target", first, "--mount", "--pid", "--root", "--wd"]
    }

    /// Runs a shell script on the host, which may fail.
    func run(_ script: String) throws -> TestBed.Result { try bed.run(command: entrance + ["/bin/sh", "-c", script]) }

    /// What a shell script prints on the host, which must not fail.
    func output(_ script: String, location: SourceLocation = #_sourceLocation) throws -> String {
        let result = try run(script)
        try #require(result.status == 0, "\(script): \(result.output)\(result.errors)", sourceLocation: location)
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Switches the host off, and waits until it is.
    func switchOff() throws {
        _ = try run("systemctl poweroff")
        try bed.wait("the host is off") { systemd.hasEnded }
    }

    /// A file of the host, which may be off.
    func text(_ path: String) throws -> String { try bed.host("cat", Self.root(bed) + path) }

    /// Waits until what the target wants has started, or failed to.
    func awaitBoot() throws {
        try bed.wait("the host has booted") {
            try run("systemctl is-active --quiet host.target && test -z \"$(systemctl list-jobs --plain --no-legend)\"")
                .status == 0
        }
    }

    /// Makes the root: what the machine would start is left out, ours is installed as on a host.
    private static let make = #"""
        mkdir "$1/host"
        mount -t tmpfs -o size=256m,mode=755 host "$1/host"
        mkdir "$1/host/new" "$1/host/work" "$1/host/root"
        mount -t overlay -o "lowerdir=/,upperdir=$1/host/new,workdir=$1/host/work" host "$1/host/root"
        cd "$1/host/root"
        rm -rf etc/systemd/system/*.wants etc/openvswitch var/lib/openvswitch
        find lib/systemd/system/*.wants -type l ! -name 'systemd-journald*' -delete
        libexec=opt/xensource/libexec units=lib/systemd/system
        mkdir -p "$libexec" "$units/ovsdb-server.service.d" etc/openvswitch etc/xensource var/xapi
        cp "$2/boot/management-interface" "$2/boot/openvswitch-boot" "$libexec"
        cp "$2/boot/management-interface.service" "$2/boot/management-interface-cache.service" "$units"
        cp "$2/boot/openvswitch-boot.conf" "$units/ovsdb-server.service.d"
        printf '#!/bin/sh\nexec "%s" "$@"\n' "$3" >"$libexec/interface-reconfigure"
        chmod 755 "$libexec/interface-reconfigure"
        cp "$1/root/etc/xensource-inventory" etc
        cp "$1/root/etc/xensource/network.conf" etc/xensource
        cp "$1/root/var/xapi/network.dbcache" var/xapi
        cp "$1/ovs/conf.db" etc/openvswitch
        all='openvswitch-switch.service management-interface.service management-interface-cache.service xapi.service'
        printf '%s\n' '[Unit]' "Wants=$all" "After=$all" >"$units/host.target"
        # XAPI notes down which addresses there are when it starts.
        xapi='sleep infinity' ready=true
        if [ -s "$1/root/records" ]; then
            cp "$1/root/records" records
            mkdir -p var/lib/xcp
            xapi="$2/Scripts/xapi-server /var/lib/xcp/xapi --hosts 3 --cache /records"
            ready='until [ -S /var/lib/xcp/xapi ]; do sleep 0.1; done'
        fi
        printf '%s\n' '[Service]' "ExecStartPre=/bin/sh -c 'ip -4 -brief address >/run/xapi-found'" \
            "ExecStart=/usr/bin/env $xapi" "ExecStartPost=/bin/sh -c '$ready'" >"$units/xapi.service"

        """#

    private static let boot = #"""
        cd "$1"
        mount -t proc proc proc
        mount -t sysfs -o ro sysfs sys
        mount -t cgroup2 cgroup sys/fs/cgroup
        mount -t tmpfs -o mode=755 run run
        [ -L var/run ] || mount --bind run var/run
        mount --rbind /dev dev
        exec chroot . env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            /lib/systemd/systemd --system --unit=host.target
        """#
}
