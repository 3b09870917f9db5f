internal import Glibc

/// The absolute path of what a command line names: children are run with absolute paths only.
package func absolutePath(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
}

/// A path of the caller's as an absolute one, with its links as they are: the guard of a change works elsewhere.
package func fromHere(_ path: String) -> String {
    guard path.utf8.first != UInt8(ascii: "/"), let here = unsafe getcwd(nil, 0) else { return path }
    defer { unsafe free(here) }
    return unsafe String(cString: here) + "/" + path
}
