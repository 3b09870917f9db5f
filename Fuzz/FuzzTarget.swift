import Glibc
import NetConfigTestSupport

/// What is fed with the bytes that libFuzzer makes up: a kind of input from outside, and all that becomes of it before
/// anything is done to a host. The environment variable `FUZZ_TARGET` chooses one.
///
/// A finding is a trap, a report of a sanitizer, too much time or memory, or a promise that is not kept.
enum FuzzTarget: String, CaseIterable {
    case cache, xapi, ovsdb, server, host, files, options, costly

    /// The target that was asked for.
    static let chosen: FuzzTarget = {
        let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? "none"
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("FUZZ_TARGET is \(name), and could be \(allCases.map(\.rawValue))")
        }
        return target
    }()

    /// Feeds the target.
    func take(_ bytes: [UInt8]) throws(BrokenPromise) {
        switch self {
        case .cache: try fuzzCache(bytes)
        case .xapi: try fuzzXAPI(bytes)
        case .ovsdb: try fuzzOVSDB(bytes)
        case .server: try fuzzOVSDBServer(bytes)
        case .host: try fuzzHostFiles(bytes)
        case .files: try fuzzFiles(bytes)
        case .options: try fuzzOptions(bytes)
        case .costly: try takeTimeOrMemory(bytes)
        }
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
@unsafe public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(BrokenPromise) {
        try FuzzTarget.chosen.take(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError(error.description)
    }
    return 0
}
