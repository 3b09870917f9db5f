public import SystemPackage

/// A file that could not be read or written.
public struct FileError: Error, Equatable, Sendable {
    /// Why not.
    public enum Cause: Equatable, Sendable {
        /// The system said so.
        case system(Errno)
        /// It is no regular file: a FIFO or a device could keep a reader waiting for ever.
        case notRegular
        /// It is longer than it may be, in bytes.
        case tooLong(limit: Int)
    }

    /// What was attempted: `read`, `replace`.
    public var action: String
    /// The file.
    public var path: String
    /// Why it failed.
    public var cause: Cause

    /// Creates an error.
    public init(_ action: String, _ path: String, _ cause: Cause) {
        self.action = action
        self.path = path
        self.cause = cause
    }

    /// Whether the file is not there at all.
    public var isMissing: Bool { cause == .system(.noSuchFileOrDirectory) || cause == .system(.notDirectory) }

    /// Runs a piece of work on a file, whose errno becomes the cause.
    static func during<Result>(
        _ action: String, _ path: String, _ work: () throws -> Result
    ) throws(FileError) -> Result {
        do {
            return try work()
        } catch let error as FileError {
            throw error
        } catch {
            throw FileError(action, path, .system(error as? Errno ?? .ioError))
        }
    }
}

extension FileError: CustomStringConvertible {
    /// The text that messages use.
    public var description: String { "cannot \(action) \(path): \(cause)" }
}

extension FileError.Cause: CustomStringConvertible {
    /// The text that messages use.
    public var description: String {
        switch self {
        case .system(let errno): errno.description.prefix(1).lowercased() + errno.description.dropFirst()
        case .notRegular: "not a regular file"
        case .tooLong(let limit): "longer than \(limit) bytes"
        }
    }
}
