@testable import NetConfigCore
import Foundation
import Testing

/// The program that rewrites the text which the console shows before log in.
@Suite("update-issue", .serialized, .needsTestBed)
struct UpdateIssueTests {
    @Test
    func `it runs after a change and only then, and its failure is no failure of the run`() throws {
        let bed = try TestBed(.bridge, cache: "plan/_topologies/physical.dbcache")
        try bed.makeDirectory("/sbin")
        let program = bed.root + "/sbin/update-issue"
        try bed.write("#!/bin/sh\necho run >>\(bed.root)/runs\n", to: "/sbin/update-issue")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(try bed.run("--force", "xenbr0", "up").status == 0)
        #expect(bed.text("/runs") == "run\n")
        try bed.write("#!/bin/sh\nexit 3\n", to: "/sbin/update-issue")
        #expect(try bed.run("--force", "xenbr0", "down").status == 0)
        let up = try bed.run("--force", "xenbr0", "up")
        #expect(up.status == 0 && up.errors.contains("warning: run /sbin/update-issue"), "\(up.errors)")
    }
}
