internal import Glibc

/// The names in a folder; none where it cannot be read. The corresponding C function is `readdir`.
package func folderEntries(_ path: String) -> [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        // The record is as long as its name: a copy of the whole structure would read beyond it.
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        names.append(unsafe String(cString: start))
    }
    return names
}
