internal import NetConfigCore
internal import NetConfigSystem

/// A file that is replaced outside of a plan, such as the cache: an action like any other, to be remembered.
struct FileReplacement {
    /// The action.
    let action: Action
    /// The way back; `nil` where the file is larger than what is looked at before a change is taken back, or is outside of the
    /// root prefix.
    let change: WayBack?
    /// How long it took.
    var duration = Duration.zero

    /// Looks at a file that is about to be replaced.
    ///
    /// - Parameters:
    ///   - path: The file, with the root prefix.
    ///   - bytes: What it is to have.
    ///   - paths: Where things are on the host.
    ///   - datapath: What switches the host's frames; that is not looked at.
    init(of path: String, with bytes: [UInt8], on paths: HostPaths, _ datapath: Datapath) {
        let limit = ConfigurationFiles.sizeLimit
        let prefix = paths.rootPrefix
        let isBelow = path.begins(with: prefix + "/")
        let place = isBelow ? String(path.dropping(prefix.utf8.count)) : path
        let files = ConfigurationFiles(below: paths.root)
        var old: FileContents?
        var isKept = isBelow && bytes.count <= limit
        do throws(FileError) {
            old = try files.read([place])[place]
            // A link is replaced in its own way.
            if old == nil, !files.existing(among: [place]).isEmpty { isKept = false }
        } catch {
            isKept = false
        }
        let new = FileContents(isKept ? bytes : [], mode: old?.mode ?? 0o644)
        action = .replaceFile(place, before: isKept ? old : nil, after: new)
        guard isKept else {
            change = nil
            return
        }
        var scope = ObservationScope()
        scope.files = [place]
        var state = ObservedState(files: old.map { [place: $0] } ?? [:], scope: scope)
        if datapath == .openvswitch { state.vswitch = VswitchState() }
        change = WayBack(of: [action], from: state)
    }
}
