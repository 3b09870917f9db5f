import Foundation

/// The bytes of a file in `testdata/netlink`: hexadecimal, with comments from `#` to the end of the line.
func hexFile(_ name: String) throws -> [UInt8] {
    let file = URL(filePath: #filePath).appending(path: "../../../../testdata/netlink/\(name).hex").standardizedFileURL
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").flatMap { line in
        try line.prefix { $0 != "#" }.split(separator: " ").map { byte in
            guard let value = UInt8(byte, radix: 16) else { throw CocoaError(.fileReadCorruptFile) }
            return value
        }
    }
}

/// Bytes as the files have them, so that a failed comparison can be read.
func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
