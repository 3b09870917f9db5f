import Glibc

/// What is fed with the bytes that libFuzzer makes up: a kind of input from outside, and all that becomes of it before
/// anything is done to a host. The environment variable `FUZZ_TARGET` chooses one.
///
/// A finding is a trap, a report of a sanitizer, too much time or memory, or an `expect` that is not met.
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
    func take(_ bytes: [UInt8]) {
        switch self {
        case .cache: fuzzCache(bytes)
        case .xapi: fuzzXAPI(bytes)
        case .ovsdb: fuzzOVSDB(bytes)
        case .server: fuzzOVSDBServer(bytes)
        case .host: fuzzHostFiles(bytes)
        case .files: fuzzFiles(bytes)
        case .options: fuzzOptions(bytes)
        case .costly: takeTimeOrMemory(bytes)
        }
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
@unsafe public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.take(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
