/// The long texts of what is written to a file, each of which is written once; in the place of each stands its number.
///
/// A card's VLANs all carry the list of the card's networks: for 800 VLANs that would be 24 MB of one text.
///
/// Unchecked: encoders and decoders demand that what they carry can be sent, and the one that has it uses it alone.
package final class SharedTexts: @unchecked Sendable {
    /// Where an encoder or decoder has its texts; without them, texts stay where they are.
    package static let key = CodingUserInfoKey(rawValue: "shared texts")
    /// What stands before a number; RFC 7047 has no value of this kind.
    static let tag = "shared-text"
    /// The length from which on a text is worth being written once, here and to ovsdb-server, in bytes.
    package static let worthwhile = 1000

    /// The texts, by number.
    package private(set) var all: [String]

    /// Begins with the texts of a file.
    package init(_ texts: [String] = []) { all = texts }

    static func of(_ userInfo: [CodingUserInfoKey: Any]) -> SharedTexts? {
        key.flatMap { userInfo[$0] as? SharedTexts }
    }

    /// The number of a text; `nil` where it is short.
    func number(of text: String) -> Int? {
        guard text.utf8.count >= Self.worthwhile else { return nil }
        // Most often it is the last one again.
        if let known = all.lastIndex(where: { $0.isExactly(text) }) { return known }
        all.append(text)
        return all.count - 1
    }
}
