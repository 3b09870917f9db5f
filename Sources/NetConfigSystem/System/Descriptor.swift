package import CLinux
internal import Glibc
package import SystemPackage

/// An open file, closed when its owner goes away.
///
/// Errors are the kernel's errno values; the caller knows the file's name and adds it.
package struct Descriptor: ~Copyable {
    /// The kernel's number for it.
    let number: CInt

    /// Takes over an open descriptor.
    init(owning number: CInt) { self.number = number }

    /// Opens a file; `O_CLOEXEC` is always on. The corresponding C function is `open`.
    package init(open path: FilePath, _ flags: CInt, mode: mode_t = 0) throws(Errno) {
        number = try Errno.check { unsafe open(path.string, flags | O_CLOEXEC, mode) }
    }

    /// Makes a file in memory that has no name: a place for what a child reads or writes.
    ///
    /// Not a pipe: no reader is needed while the child writes, and a daemon that keeps its error output open neither
    /// holds up a reader nor dies of one that has gone. Not `shm_open(3)` either: `/dev/shm` can be full, or missing.
    static func anonymous() throws(Errno) -> Descriptor {
        Descriptor(owning: try Errno.check { unsafe clinux_memory_file("interface-reconfigure") })
    }

    deinit { _ = close(number) }

    /// What the file is. The corresponding C function is `fstat`.
    package func status() throws(Errno) -> stat {
        var result = stat()
        try Errno.check { unsafe fstat(number, &result) }
        return result
    }

    /// Writes all of the text at the current offset.
    package func write(_ text: String) throws(Errno) { try write(Array(text.utf8)) }

    /// Writes all bytes at the current offset.
    func write(_ bytes: [UInt8]) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try Errno.check {
                unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads from the start of the file, or from where it stands (`/proc` has files without offsets), at most
    /// `limit` bytes.
    package func read(limit: Int, fromStart: Bool = false) throws(Errno) -> [UInt8] {
        if fromStart { try Errno.check { Int(lseek(number, 0, SEEK_SET)) } }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let piece = try readPiece(limit: min(limit - bytes.count, 16 * 1024))
            guard !piece.isEmpty else { break }
            bytes += piece
        }
        return bytes
    }

    /// Reads what one call gives, at most `limit` bytes; nothing at the end of the file. The corresponding C function is `read`.
    func readPiece(limit: Int) throws(Errno) -> [UInt8] {
        var error: Errno?
        let piece = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(Errno) {
                count = try Errno.check { unsafe Glibc.read(number, buffer.baseAddress, limit) }
            } catch let reason {
                error = reason
            }
        }
        if let error { throw error }
        return piece
    }

    /// Waits until what was written is on the disk. The corresponding C function is `fsync`.
    func synchronize() throws(Errno) { try Errno.check { fsync(number) } }
}
