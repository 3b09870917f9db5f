internal import Glibc

/// The names in a directory; none where it cannot be read. The corresponding C function is `readdir`.
package func directoryEntries(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
        // The record is as long as its name: a copy of the whole structure would read beyond it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        names.append(unsafe String(cString: start))
    }
    return names
}
