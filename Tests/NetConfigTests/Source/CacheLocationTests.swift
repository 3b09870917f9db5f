@testable import NetConfigCore
import Foundation
import Testing

@testable import NetConfigSystem

@Suite struct CacheLocationTests {
    private func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    @Test func `the first place that exists is used, else the first whose directory does`() throws {
        try TemporaryDirectory.with { root in
            #expect(CacheLocation(root: root).path == "\(root)/var/xapi/network.dbcache")
            try makeDirectory("\(root)/var/lib/xcp")
            #expect(CacheLocation(root: root).path == "\(root)/var/lib/xcp/network.dbcache")
            try makeDirectory("\(root)/var/xapi")
            #expect(CacheLocation(root: root).path == "\(root)/var/xapi/network.dbcache")
            try AtomicFile("\(root)/var/lib/xcp/network.dbcache.last-good").replace(with: "x")
            #expect(CacheLocation(root: root).path == "\(root)/var/lib/xcp/network.dbcache")
            try AtomicFile("\(root)/var/xapi/network.dbcache").replace(with: "x")
            #expect(CacheLocation(root: root).path == "\(root)/var/xapi/network.dbcache")
        }
    }

    @Test func `the cache before the last change is kept and used when the cache is broken`() throws {
        try TemporaryDirectory.with { directory in
            let location = CacheLocation(path: "\(directory)/network.dbcache")
            let first = try CacheSample("original.xml").model()
            let second = try CacheSample("installer.xml").model()
            #expect(throws: CacheError.self) { try location.loadOrLastGood() }
            #expect(try location.save(first))
            #expect(try TemporaryDirectory.list(directory) == ["network.dbcache"])
            #expect(try !location.save(first))
            #expect(try location.save(second))
            #expect(try TemporaryDirectory.list(directory) == ["network.dbcache", "network.dbcache.last-good"])
            #expect(try location.loadOrLastGood() == second)

            try AtomicFile(location.path).replace(with: "<xenserver")
            #expect(throws: CacheError.self) { try location.load() }
            var fallback = try location.loadOrLastGood()
            let warning = try #require(fallback.warnings.first)
            #expect(warning.subject == "cache")
            #expect(
                warning.message.hasSuffix(
                    "its last good copy \(location.lastGoodPath) is used, which may be out of date"))
            fallback.warnings = []
            #expect(fallback == first)

            // A broken cache does not become the last good one.
            #expect(try location.save(second))
            #expect(try CacheReader.read(contentsOf: location.lastGoodPath) == first)
        }
    }

    @Test func `a cache that was broken after it had been read is not kept`() throws {
        try TemporaryDirectory.with { directory in
            let location = CacheLocation(path: "\(directory)/network.dbcache")
            try location.save(CacheSample("original.xml").model())
            let model = try location.load()
            try AtomicFile(location.path).replace(with: "<xenserver")
            var changed = model
            changed.pool = nil
            #expect(try location.save(changed))
            #expect(try TemporaryDirectory.list(directory) == ["network.dbcache"])
        }
    }

    @Test func `the last good copy is used where errors leave out all that is asked for, and only then`() throws {
        try TemporaryDirectory.with { directory in
            let location = CacheLocation(path: "\(directory)/network.dbcache")
            let text = try CacheSample("original.xml").text()
            try AtomicFile(location.lastGoodPath).replace(with: text)
            let broken = text.replacing("<bridge>xenbr0</bridge>", with: "<bridge>xen br0</bridge>")
            try #require(broken != text)
            try AtomicFile(location.path).replace(with: broken)
            #expect(try location.loadOrLastGood(for: ["xenbr1"]).faults.count == 1)
            #expect(try location.loadOrLastGood(for: ["xenbr0", "xenbr1"]).faults.count == 1)
            #expect(try location.loadOrLastGood(for: ["nowhere"]).faults.count == 1)
            let copy = try location.loadOrLastGood(for: ["xenbr0"])
            #expect(copy.faults.isEmpty && copy.warnings.first?.message.contains("last good copy") == true)
            #expect(try copy.pif(named: "xenbr0").device.text == "eth0")
            // A cache with errors does not become the last good one.
            #expect(try location.save(CacheSample("installer.xml").model()))
            #expect(try CacheReader.read(contentsOf: location.lastGoodPath).faults.isEmpty)
        }
    }

    @Test func `a symbolic link to the cache stays`() throws {
        try TemporaryDirectory.with { directory in
            try makeDirectory("\(directory)/real")
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/network.dbcache", withDestinationPath: "real/cache")
            try AtomicFile("\(directory)/real/cache").replace(with: CacheSample("installer.xml").bytes())
            let location = CacheLocation(path: "\(directory)/network.dbcache")
            #expect(try location.save(CacheSample("original.xml").model()))
            #expect(try TemporaryDirectory.list(directory) == ["network.dbcache", "network.dbcache.last-good", "real"])
            #expect(try CacheReader.read(contentsOf: "\(directory)/real/cache") == CacheSample("original.xml").model())
            #expect(try location.loadOrLastGood() == CacheSample("original.xml").model())
        }
    }
}
