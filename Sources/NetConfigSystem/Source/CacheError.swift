package import NetConfigCore

/// A cache that cannot be read, or a model that cannot be written as one.
public struct CacheError: Error, Equatable, Sendable {
    /// What is wrong.
    package enum Problem: Equatable, Sendable {
        /// The file could not be read or written.
        case file(FileError)
        /// The file is there, and has nothing in it.
        case empty
        /// The text is no cache: what is wrong, and where.
        case malformed(String, ModelError.Position)
        /// A record that cannot be written.
        case record(ModelError)
    }

    /// The file, or another name for where the text came from.
    public var file: String
    /// What is wrong.
    package var problem: Problem

    /// Creates an error.
    package init(_ file: String, _ problem: Problem) {
        self.file = file
        self.problem = problem
    }
}

extension CacheError: CustomStringConvertible {
    /// One sentence with file, line and column, record and field.
    public var description: String {
        switch problem {
        case .file(let error): error.description
        case .empty: "\(file): the cache is empty"
        case .malformed(let message, let position):
            "\(file): line \(position.line), column \(position.column): \(message)"
        case .record(let error): "\(file): \(error)"
        }
    }
}
