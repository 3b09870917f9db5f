internal import SystemPackage

/// A file that is read as a whole, and that any program may have written.
package struct InputFile {
    /// Where the file is; a symbolic link is followed, unless another user made it in a directory that every user may write to.
    let path: String
    /// The most bytes that it may have.
    let limit: Int

    /// Creates a file to read.
    package init(_ path: String, limit: Int) {
        self.path = path
        self.limit = limit
    }

    /// All bytes of the file.
    ///
    /// Without blocking, so that a FIFO at this path is refused and not waited for.
    package func contents() throws(FileError) -> [UInt8] { try reading { try contents(of: $0) } }

    /// The first bytes of the file, up to 64 KiB: enough to tell what it is.
    func beginning() throws(FileError) -> [UInt8] {
        try reading { file in
            guard try file.stat().type == .regular else { throw FileError("read", path, .notRegular) }
            return try unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
                count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }

    private func reading<Result>(_ work: (FileDescriptor) throws -> Result) throws(FileError) -> Result {
        try FileError.during("read", path) {
            guard !FilePath(path).isPlantedLink else { throw FileError("read", path, .foreign) }
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
            return try file.closeAfter { try work(file) }
        }
    }

    /// The file as text; bytes that are no UTF-8 become replacement characters.
    package func text() throws(FileError) -> String {
        String(decoding: try contents(), as: UTF8.self)
    }

    /// Whether the file can be read and has these bytes; compared piece by piece, so that it takes no memory.
    func has(_ bytes: [UInt8]) -> Bool {
        let options: FileDescriptor.OpenOptions = [.nonBlocking, .closeOnExec]
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: options) else { return false }
        defer { try? file.close() }
        guard let status = try? file.stat(), status.type == .regular, status.size == bytes.count else { return false }
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        var offset = 0
        while let count = try? unsafe piece.withUnsafeMutableBytes({ try unsafe file.read(into: $0) }), count > 0 {
            guard offset + count <= bytes.count, piece[..<count] == bytes[offset..<offset + count] else { return false }
            offset += count
        }
        return offset == bytes.count
    }

    private static let pieceSize = 1 << 16

    private func contents(of file: FileDescriptor) throws -> [UInt8] {
        let status = try file.stat()
        guard status.type == .regular else { throw FileError("read", path, .notRegular) }
        guard status.size <= limit else { throw FileError("read", path, .tooLarge(limit: limit)) }
        var bytes = try unsafe [UInt8](unsafeUninitializedCapacity: Int(status.size)) { buffer, count in
            while count < buffer.count {
                let rest = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let length = try unsafe file.read(into: rest)
                guard length > 0 else { return }
                count += length
            }
        }
        // To the end and not only as far as the size says: files in /proc have size 0, and others may grow.
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        while case let count = try unsafe piece.withUnsafeMutableBytes({ try unsafe file.read(into: $0) }), count > 0 {
            guard bytes.count + count <= limit else { throw FileError("read", path, .tooLarge(limit: limit)) }
            bytes += piece[..<count]
        }
        return bytes
    }
}
