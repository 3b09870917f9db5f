internal import Glibc
internal import SystemPackage

extension RootPrefix {
    /// Where a file of this program's own is, its folder made. Only the folder may be reached through links: where
    /// everybody may make files, a link of the file's name could lead to one that must not be written.
    func ownFile(_ path: String) throws(FileError) -> FilePath {
        let path = FilePath(path)
        let place = try resolve(path.removingLastComponent().string)
        var made = folder
        for name in place.components.dropFirst(folder.components.count) {
            made.append(name)
            _ = unsafe mkdir(made.string, 0o755)
        }
        return path.lastComponent.map(place.appending) ?? place
    }
}
