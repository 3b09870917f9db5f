internal import NetConfigSystem
internal import FoundationEssentials
internal import Glibc
internal import SystemPackage

/// The checkpoint of the one change that is under way or waits to be confirmed: a file whose name says how far it is.
///
/// A process that advances the change renames the file, and if several try, the kernel lets one succeed: a change is
/// either confirmed or put back. Other users can neither make files in the directory nor read these.
struct CheckpointFile {
    /// How far a change is. The order is that in which a change goes through them; some are left out.
    enum Stage: String, CaseIterable {
        /// Nothing is done before the guard says that it is there.
        case prepared
        /// The program changes the host.
        case changing
        /// The change is made; it may be that its gateways are asked.
        case changed
        /// The change waits for the operator to confirm it.
        case unconfirmed
        /// The program that made the change will not have it kept.
        case declined
        /// The change is kept; its guard does what is left to do.
        case confirmed
        /// The guard puts back what was there.
        case undoing
    }

    private static let path = "/run/interface-reconfigure/checkpoint"

    private let path: String
    private let root: RootPrefix

    /// Names the file of a host.
    init(below root: RootPrefix) throws(FileError) {
        self.root = root
        path = try root.resolveDirectory(of: Self.path).string
    }

    /// How far the change is; `nil` where there is none. Looks in the order in which a change goes, so that it cannot be
    /// missed while it goes on.
    var stage: Stage? {
        Stage.allCases.first {
            var status = stat()
            return unsafe lstat(place($0), &status) == 0
        }
    }

    /// Writes a checkpoint down, for root alone. What is at the file's place is replaced, and a link is not followed.
    func write(_ checkpoint: Checkpoint, as stage: Stage) throws {
        _ = try root.ownFile(Self.path)
        try AtomicFile(place(stage)).replace(with: [UInt8](JSONEncoder().encode(checkpoint)), mode: 0o600)
    }

    /// Reads the checkpoint of a change that is this far.
    func read(_ stage: Stage) throws -> Checkpoint {
        let text = try read(place(stage))
        return try JSONDecoder().decode(Checkpoint.self, from: Data(text.utf8))
    }

    /// Takes the change further; `false` where it is not, or no longer, at the first stage.
    func move(from stage: Stage, to next: Stage) throws(FileError) -> Bool {
        guard unsafe rename(place(stage), place(next)) != 0 else { return true }
        guard errno != ENOENT else { return false }
        throw FileError("rename", place(stage), .system(.last))
    }

    /// Takes the change to put it back; `false` where it is confirmed.
    func take() -> Bool {
        for stage in [Stage.changing, .changed, .unconfirmed, .declined]
        where (try? move(from: stage, to: .undoing)) == true {
            return true
        }
        return stage != .confirmed
    }

    /// What became of the last change; `nil` where that was not said.
    var ending: Ending? { (try? read(endingPath)).map(Ending.init) }

    /// What became of the last change in words: one sentence per line; `nil` where it was not said.
    var outcome: String? { ending?.text }

    /// Says what became of the change, and forgets it.
    func end(_ ending: Ending) {
        func say() throws { try AtomicFile(endingPath).replace(with: Array(ending.fileText.utf8), mode: 0o600) }
        let isSaid: Void? = try? say()
        removeStages()
        // Where there was no room to say it, there is now.
        if isSaid == nil { try? say() }
        // That the outcome cannot be told is no reason to keep the change waiting.
    }

    /// Forgets the change, and what was said of the one before: what is said from now on is of the next one.
    func forget() throws(FileError) {
        removeStages()
        try AtomicFile(endingPath).remove()
    }

    private func removeStages() {
        for stage in Stage.allCases { unsafe unlink(place(stage)) }
    }

    private var endingPath: String { path + ".ended" }

    private func place(_ stage: Stage) -> String { "\(path).\(stage.rawValue)" }

    private func read(_ path: String) throws -> String {
        try FileError.during("read", path) {
            let file = try Descriptor(open: FilePath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else { throw Errno.permissionDenied }
            return String(decoding: try file.read(limit: .max), as: UTF8.self)
        }
    }
}
