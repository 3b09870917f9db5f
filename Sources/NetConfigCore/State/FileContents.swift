/// A file as it is or is to be.
package struct FileContents: Hashable, Sendable, Codable {
    /// All bytes. Most files are text, but one in an old encoding has to be put back as it was.
    package var bytes: [UInt8]
    /// The permission bits.
    package var mode: UInt16

    /// Creates contents; the default mode is `rw-r--r--`.
    package init(_ bytes: [UInt8], mode: UInt16 = 0o644) {
        self.bytes = bytes
        self.mode = mode
    }

    /// Creates contents from text; the default mode is `rw-r--r--`.
    package init(_ text: String, mode: UInt16 = 0o644) {
        self.init(Array(text.utf8), mode: mode)
    }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes as text, `nil` where they are none.
    var exactText: String? { String(validating: bytes, as: UTF8.self) }

    private enum CodingKeys: CodingKey { case text, bytes, mode }

    /// Reads contents that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let text = try values.decodeIfPresent(String.self, forKey: .text).map { Array($0.utf8) }
        self.init(
            try text ?? values.decode([UInt8].self, forKey: .bytes), mode: try values.decode(UInt16.self, forKey: .mode)
        )
    }

    /// Writes contents: as text where they are text, else as bytes.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        if let exactText {
            try values.encode(exactText, forKey: .text)
        } else {
            try values.encode(bytes, forKey: .bytes)
        }
        try values.encode(mode, forKey: .mode)
    }
}
