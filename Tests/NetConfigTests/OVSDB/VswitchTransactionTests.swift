import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct VswitchTransactionTests {
    /// A UUID that ends in a number.
    private static func uuid(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Two bridges: `a` with its own port and `eth0`, and a mirror; `b` with its own port.
    private static let rows: VswitchRows = {
        var rows = VswitchRows()
        rows.uuids = [
            .bridge: ["a": uuid(1), "b": uuid(2)],
            .port: ["a": uuid(11), "b": uuid(12), "eth0": uuid(13)],
            .interface: ["a": uuid(21), "b": uuid(22), "eth0": uuid(23)],
            .manager: ["ssl:192.0.2.8:6640": uuid(41)], .ssl: [VswitchTable.sslName: uuid(42)],
            .sampleCollector: ["a 1": uuid(43)],
        ]
        rows.interfaces = ["a": ["a"], "b": ["b"], "eth0": ["eth0"]]
        rows.dependents = [
            uuid(31): VswitchRows.Dependent(
                table: "Mirror", columns: ["name": .string("m"), "output_port": .uuid(uuid(13))])
        ]
        return rows
    }()

    private static let bridgeA = VswitchRow(
        columns: ["mirrors": .uuid(uuid(31)), "fail_mode": .string("secure")], members: ["a", "eth0"])
    private static let bridgeB = VswitchRow(members: ["b"])
    private static let port = VswitchRow(members: ["eth0"])

    private static let cases: [(name: String, changes: [VswitchChange])] = [
        (
            "insert-bridge",
            [
                .init(
                    .bridge, "c", before: nil,
                    after: VswitchRow(columns: ["datapath_type": .string("netdev")], members: ["c"])),
                .init(.port, "c", before: nil, after: VswitchRow(members: ["c"])),
                .init(.interface, "c", before: nil, after: VswitchRow(columns: ["type": .string("internal")])),
            ]
        ),
        (
            "move-port",
            [
                .init(.bridge, "a", before: bridgeA, after: VswitchRow(columns: bridgeA.columns, members: ["a"])),
                .init(.bridge, "b", before: bridgeB, after: VswitchRow(members: ["b", "eth0"])),
            ]
        ),
        (
            "set-columns",
            [
                .init(
                    .port, "eth0", before: VswitchRow(columns: ["tag": .set([.integer(0)])], members: ["eth0"]),
                    after: VswitchRow(columns: ["bond_updelay": .integer(200)], members: ["eth0"])),
                .init(
                    .bridge, "a", before: bridgeA,
                    after: VswitchRow(
                        columns: ["mirrors": .uuid(uuid(31)), "other_config": .map(["hwaddr": "x"])],
                        members: bridgeA.members)),
            ]
        ),
        (
            "make-bond-of-existing-interface",
            [
                .init(
                    .bridge, "a", before: bridgeA,
                    after: VswitchRow(columns: bridgeA.columns, members: ["a", "bond0"])),
                .init(.port, "eth0", before: port, after: nil),
                .init(.port, "bond0", before: nil, after: VswitchRow(members: ["eth0", "eth1"])),
                .init(.interface, "eth1", before: nil, after: VswitchRow()),
            ]
        ),
        ("delete-bridge", deletion),
        (
            "replace-manager",
            [
                .init(.manager, "ssl:192.0.2.8:6640", before: VswitchRow(), after: nil),
                .init(
                    .manager, "ssl:192.0.2.9:6640", before: nil,
                    after: VswitchRow(columns: ["inactivity_probe": .set([.integer(0)])])),
                .init(
                    .ssl, VswitchTable.sslName, before: VswitchRow(columns: ["ca_cert": .string("/old")]),
                    after: VswitchRow(columns: ["ca_cert": .string("/new"), "bootstrap_ca_cert": .boolean(true)])),
            ]
        ),
        ("reset", reset),
    ]

    private static let reset: [VswitchChange] = [
        .init(.bridge, "a", before: bridgeA, after: VswitchRow(members: bridgeA.members)),
        .init(
            .interface, "eth0", before: VswitchRow(columns: ["ingress_policing_rate": .integer(1000)]),
            after: VswitchRow()),
        .init(.manager, "ssl:192.0.2.8:6640", before: VswitchRow(), after: nil),
        .init(.ssl, VswitchTable.sslName, before: VswitchRow(columns: ["ca_cert": .string("/old")]), after: nil),
        .init(
            .sampleCollector, "a 1",
            before: VswitchRow(columns: ["id": .integer(1), "bridge": .uuid(uuid(1))]), after: nil),
    ]

    private static let deletion: [VswitchChange] = [
        .init(.bridge, "a", before: bridgeA, after: nil),
        .init(.port, "a", before: VswitchRow(members: ["a"]), after: nil),
        .init(.interface, "a", before: VswitchRow(columns: ["type": .string("internal")]), after: nil),
        .init(.port, "eth0", before: port, after: nil),
        .init(.interface, "eth0", before: VswitchRow(), after: nil),
    ]

    @Test(arguments: cases.map(\.name)) func `changes become a guarded transaction`(name: String) throws {
        let changes = try #require(Self.cases.first { $0.name == name }).changes
        let work = try VswitchTransaction(changes, rows: Self.rows)
        try expectGolden(work.transaction.parameters, "transactions/\(name).json")
    }

    @Test func `a long text is sent once for all rows that have it`() throws {
        let networks = OVSDBValue.string(String(repeating: "0123456789", count: 100))
        let own = OVSDBValue.string(String(repeating: "abcdefghij", count: 100))
        func row(_ entries: [OVSDBValue: OVSDBValue]) -> VswitchRow {
            VswitchRow(columns: ["external_ids": .map(entries)])
        }
        let changes: [VswitchChange] = [
            .init(.port, "c", before: nil, after: row([.string("n"): networks, .string("x"): .string("y")])),
            .init(.port, "d", before: nil, after: row([.string("n"): networks, .string("o"): own])),
            // Under another key, in another table, and in a row that is there already, it is not the same.
            .init(.port, "e", before: nil, after: row([.string("m"): networks])),
            .init(.interface, "c", before: nil, after: row([.string("n"): networks])),
            .init(.port, "eth0", before: Self.port, after: row([.string("n"): networks])),
        ]
        let work = try VswitchTransaction(changes, rows: Self.rows)
        try expectGolden(work.transaction.parameters, "transactions/shared-text.json")
    }

    @Test func `a restored bridge gets its mirror back, which knows the port's new row`() throws {
        var rows = Self.rows
        rows.apply(Self.deletion, inserted: [:])
        let changes = Self.deletion.reversed().map(\.inverse)
        #expect(rows.dependents(of: changes) == [Self.uuid(31)])
        let work = try VswitchTransaction(changes, rows: rows, restoring: [Self.uuid(31)])
        try expectGolden(work.transaction.parameters, "transactions/restore-bridge.json")
    }

    @Test func `what a reset removed comes back with all that refers to it`() throws {
        var rows = Self.rows
        rows.apply(Self.reset, inserted: [:])
        let changes = Self.reset.reversed().map(\.inverse)
        #expect(rows.dependents(of: changes) == [Self.uuid(31)])
        let work = try VswitchTransaction(changes, rows: rows, restoring: [Self.uuid(31)])
        try expectGolden(work.transaction.parameters, "transactions/restore-reset.json")
    }

    @Test func `how much an interface may receive makes none work or fail`() throws {
        let rate = VswitchRow(columns: ["ingress_policing_rate": .integer(1)])
        #expect(Self.rows.interfaces(concernedBy: [.init(.interface, "eth0", before: rate, after: VswitchRow())]) == [])
        #expect(Self.rows.interfaces(concernedBy: [.init(.interface, "eth0", before: nil, after: rate)]) == ["eth0"])
        let other = VswitchRow(columns: ["type": .string("internal")])
        #expect(Self.rows.interfaces(concernedBy: [.init(.interface, "eth0", before: rate, after: other)]) == ["eth0"])
    }

    @Test func `a restored port is put back into a mirror that stayed`() throws {
        var rows = Self.rows
        let removal: [VswitchChange] = [
            .init(.bridge, "a", before: Self.bridgeA, after: VswitchRow(columns: Self.bridgeA.columns, members: ["a"])),
            .init(.port, "eth0", before: Self.port, after: nil),
            .init(.interface, "eth0", before: VswitchRow(), after: nil),
        ]
        rows.apply(removal, inserted: [:])
        let work = try VswitchTransaction(removal.reversed().map(\.inverse), rows: rows)
        try expectGolden(work.transaction.parameters, "transactions/restore-port.json")
    }

    @Test func `a change to a row that was not read is refused`() {
        #expect(throws: OVSDBError.guardFailed("there was no Bridge z")) {
            _ = try VswitchTransaction([.init(.bridge, "z", before: Self.bridgeB, after: nil)], rows: Self.rows)
        }
    }

    @Test func `a row knows its identity through several deletions`() {
        var rows = Self.rows
        for number in [41, 42] {
            rows.apply([.init(.port, "eth0", before: Self.port, after: nil)], inserted: [:])
            #expect(rows.uuids[.port]?["eth0"] == nil)
            let insertion = VswitchChange(.port, "eth0", before: nil, after: Self.port)
            rows.apply([insertion], inserted: [.port: ["eth0": Self.uuid(number)]])
        }
        #expect(rows.current(Self.uuid(13)) == Self.uuid(42))
        #expect(rows.uuids[.port]?["eth0"] == Self.uuid(42))
    }
}
