package import SystemPackage

/// A file of the host that could not be read, replaced or removed.
package struct FileError: Error, Equatable, Sendable {
    /// Why not.
    package enum Cause: Equatable, Sendable {
        /// The kernel refused.
        case system(Errno)
        /// Something else than a regular file has this name: a directory, a FIFO, a device.
        case notRegular
        /// The file is larger than this many bytes, more than any file of its kind.
        case tooLarge(limit: Int)
        /// It is another user's, who could change it at any time.
        case foreign
        /// Other users may write in it.
        case shared
        /// The path is not absolute, or holds a NUL character.
        case badPath
    }

    /// What was attempted: a verb, such as `replace`.
    package var operation: String
    /// The file, as the caller named it.
    package var path: String
    /// Why it failed.
    package var cause: Cause

    /// Creates an error.
    package init(_ operation: String, _ path: String, _ cause: Cause) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    /// Whether the file is not there at all.
    package var isMissing: Bool { cause == .system(.noSuchFileOrDirectory) || cause == .system(.notDirectory) }

    /// Runs a piece of work on a file, whose errno becomes the cause.
    package static func during<Result>(
        _ operation: String, _ path: String, _ work: () throws -> Result
    ) throws(FileError) -> Result {
        do {
            return try work()
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(operation, path, .system(error as? Errno ?? .ioError))
        }
    }
}

extension FileError: CustomStringConvertible {
    /// One sentence: what was attempted on which file, and why it failed.
    package var description: String { "cannot \(operation) \(path): \(reason)" }

    /// Why it failed, as a clause.
    var reason: String {
        switch cause {
        case .system(let error): error.phrase
        case .notRegular: "it is not a regular file"
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .shared: "other users may write in it: look at what is there, then `chmod go-w` it"
        case .foreign: "it belongs to another user: remove it, or give it to the user who runs this"
        case .badPath: "it is not an absolute path"
        }
    }
}
