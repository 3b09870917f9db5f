import Foundation
import Testing

@testable import NetConfigCore
@testable import NetConfigSystem

@Suite struct OVSDBTransactionTests {
    private static let uuid = "550e8400-e29b-41d4-a716-446655440000"

    private static let transaction = OVSDBTransaction(operations: [
        .select(from: "Bridge"),
        .select(from: "Bridge", where: [.uuid(uuid)], columns: ["_uuid", "name"]),
        .insert(into: "Port", row: ["name": .string("p"), "interfaces": .namedUUID("Interface_0")], name: "Port_0"),
        .insert(into: "QoS", row: [:]),
        .update("Port", where: [.column("name", equals: .string("p"))], row: ["tag": .set([])]),
        .mutate(
            "Bridge", where: [.uuid(uuid)],
            mutations: [.init("ports", .insert, .namedUUID("Port_0")), .init("ports", .delete, .uuid(uuid))]),
        .mutate("Open_vSwitch", where: [], mutations: [.init("next_cfg", .add, .integer(1))]),
        .delete(from: "QoS", where: []),
        .wait("Port", where: [.uuid(uuid)], columns: ["name"], rows: [["name": .string("p")]]),
        .comment("interface-reconfigure"),
    ])

    @Test func `operations are written as RFC 7047 has them`() throws {
        try expectGolden(Self.transaction.parameters, "operations.json")
    }

    private func results(_ text: String, of operations: [OVSDBOperation]) throws -> [OVSDBTransaction.Result] {
        try OVSDBTransaction(operations: operations)
            .results(from: try JSONReader.read(Array(text.utf8)), socket: "/db.sock")
    }

    @Test func `results are read: rows, the identity of an inserted row, nothing`() throws {
        let results = try results(
            #"[{"rows":[{"name":"a"},{"name":"b"}]},{"uuid":["uuid","\#(Self.uuid)"]},{"count":1},{}]"#,
            of: [
                .select(from: "Bridge"), .insert(into: "Port", row: [:]), .update("Port", where: [], row: [:]),
                .comment(""),
            ])
        #expect(results.map(\.rows.count) == [2, 0, 0, 0])
        #expect(results[0].rows[1]["name"] == .string("b"))
        #expect(results.map(\.uuid) == [nil, Self.uuid, nil, nil])
    }

    private static let guarded: [OVSDBOperation] = [
        .wait("Bridge", where: [.uuid(uuid)], columns: ["name", "ports"], rows: [["name": .string("br0")]]),
        .insert(into: "Port", row: ["name": .string("p"), "tag": .integer(5000)]),
    ]

    @Test(arguments: [
        (
            #"[{"error":"timed out","details":"\"wait\" timed out"},null]"#,
            OVSDBError.guardFailed("checking name, ports of Bridge br0 failed")
        ),
        (
            #"[{},{"error":"constraint violation","details":"5000 is not in the range 0 to 4095"}]"#,
            .operation(
                index: 1, operation: "inserting Port p",
                reason: "constraint violation: 5000 is not in the range 0 to 4095")
        ),
        (
            #"[{},{},{"error":"referential integrity violation","details":"no row"}]"#,
            .guardFailed("referential integrity violation: no row")
        ),
        (
            #"[{},{},{"error":"constraint violation"}]"#, .guardFailed("constraint violation")
        ),
        // The server's disk is full: no other client has changed anything, and trying again is of no use.
        (
            #"[{},{},{"error":"I/O error","details":"cannot write"}]"#,
            .operation(index: 2, operation: "the transaction's end", reason: "I/O error: cannot write")
        ),
        (
            #"[{},{"error":7}]"#,
            .operation(index: 1, operation: "inserting Port p", reason: "it did not say why")
        ),
        (#"[{}]"#, .malformedAnswer(socket: "/db.sock", reason: "a different number of results than operations")),
        (#"{}"#, .malformedAnswer(socket: "/db.sock", reason: "results that do not match the operations")),
        (#"[{},{},{},{}]"#, .malformedAnswer(socket: "/db.sock", reason: "results that do not match the operations")),
        (#"[{},{"uuid":"x"}]"#, .malformedAnswer(socket: "/db.sock", reason: "a result that RFC 7047 does not allow")),
        (#"[{"rows":1},{}]"#, .malformedAnswer(socket: "/db.sock", reason: "a result that RFC 7047 does not allow")),
        (#"[{"rows":[1]},{}]"#, .malformedAnswer(socket: "/db.sock", reason: "a result that RFC 7047 does not allow")),
    ])
    func `a failure says which operation and why`(answer: String, error: OVSDBError) {
        #expect(throws: error) { try results(answer, of: Self.guarded) }
    }
}
