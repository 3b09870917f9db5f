internal import Glibc

/// The absolute path of what a command line names: children are run with absolute paths only.
package func absolutePath(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}
