internal import Glibc
internal import SystemPackage

extension RootPrefix {
    /// Where a file of this program's own is, its folder made. Where everybody may make files, a link of the file's name
    /// could lead to one that must not be written.
    func ownFile(_ path: String) throws(FileError) -> FilePath {
        let place = try resolveFolder(of: path)
        var made = folder
        for name in place.removingLastComponent().components.dropFirst(folder.components.count) {
            made.append(name)
            _ = unsafe mkdir(made.string, 0o755)
        }
        return place
    }
}
