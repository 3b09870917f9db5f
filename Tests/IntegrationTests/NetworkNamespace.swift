import CLinux
import Glibc
import Testing

/// Runs a test's body in a network namespace of its own, which goes away with what is in it.
///
/// The namespace is the calling thread's alone, and child processes started by it are in it too. A body that is
/// synchronous does not change threads; the thread is given back on the network of the process. The body must not
/// make threads, which would be born in the namespace and stay there: no Foundation `Process`, no dispatch queue.
func inNewNetworkNamespace<Result>(_ body: () throws -> Result) throws -> Result {
    try inNetworkNamespace({ unshare(newNetwork) }, body)
}

/// The same in the namespace of a test bed's host.
func inNetworkNamespace<Result>(of bed: TestBed, _ body: () throws -> Result) throws -> Result {
    let namespace = unsafe open(bed.namespace, O_RDONLY | O_CLOEXEC)
    try #require(namespace >= 0)
    defer { close(namespace) }
    return try inNetworkNamespace({ setns(namespace, newNetwork) }, body)
}

/// Runs a body on a thread of its own in namespaces, network or mount ones, of these paths. Child processes that it starts are
/// in them too.
func inNamespaces<Value>(_ paths: [String], _ body: () throws -> Value) throws -> Value {
    var result: Result<Value, any Error>?
    // A thread cannot go back from a mount namespace that is older than itself, and the tests' threads are used again.
    let status = withoutActuallyEscaping(body) { body in
        var work = {
            result = Result {
                try #require(unshare(ownDirectories) == 0)
                // All are found before the first is entered, which may not show the others.
                let namespaces = try paths.map { path in
                    let namespace = unsafe open(path, O_RDONLY | O_CLOEXEC)
                    try #require(namespace >= 0, "no namespace \(path)")
                    return namespace
                }
                defer { namespaces.forEach { close($0) } }
                for namespace in namespaces {
                    try #require(setns(namespace, 0) == 0, "cannot enter a namespace: \(errno)")
                }
                return try body()
            }
        }
        return onThread(&work)
    }
    try #require(status == 0, "cannot make a thread")
    return try #require(result).get()
}

/// Runs a body on a thread of its own to its end; 0, or why there is no thread.
private func onThread(_ work: inout () -> Void) -> Int32 {
    unsafe withUnsafeMutablePointer(to: &work) { work in
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { work in
                unsafe work?.assumingMemoryBound(to: (() -> Void).self).pointee()
                return nil
            }, work)
        return status == 0 ? pthread_join(thread, nil) : status
    }
}

private func inNetworkNamespace<Result>(_ enter: () -> Int32, _ body: () throws -> Result) throws -> Result {
    // That of the first thread, in case other code did make a thread from within a namespace, and this is it.
    let home = unsafe open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)
    try #require(home >= 0)
    defer { close(home) }
    try #require(enter() == 0, "cannot enter a network namespace: \(errno)")
    defer {
        // Other tests will run on this thread: better no test than one on the wrong network.
        if setns(home, newNetwork) != 0 { fatalError("cannot go back to the network namespace: \(errno)") }
    }
    return try body()
}

/// `CLONE_NEWNET` of `clone(2)`
private let newNetwork: Int32 = 0x4000_0000

/// `CLONE_FS` of `clone(2)`: a thread that shares its working directory with others cannot enter a mount namespace.
private let ownDirectories: Int32 = 0x200

/// Whether tests that need a network namespace can run; they need root.
var canUnshareNetwork: Bool { geteuid() == 0 }

/// Runs a shell command and returns what it printed; a failure is the test's.
///
/// Not Foundation's `Process`, which waits on threads of its own; see ``inNewNetworkNamespace(_:)``.
@discardableResult
func shell(_ command: String) throws -> String {
    let stream = unsafe try #require(popen(command, "re"), "\(command)")
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = unsafe fread(&buffer, 1, buffer.count, stream)
        guard count > 0 else { break }
        output += buffer.prefix(count)
    }
    let status = unsafe pclose(stream)
    try #require(status == 0, "\(command)")
    return String(decoding: output, as: UTF8.self)
}
