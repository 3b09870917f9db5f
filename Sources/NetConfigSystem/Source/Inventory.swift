internal import NetConfigCore

/// The host's inventory, `/etc/xensource-inventory`: lines `KEY='value'` or `export KEY='value'`, as a shell would read them but
/// without running anything.
package struct Inventory: Equatable, Sendable {
    /// Where the inventory is.
    package static let standardPath = HostFile.inventory
    /// The most bytes that an inventory may have.
    package static let maximumSize = 1 << 20

    /// The values; of a key that is given twice the later one, as in a shell.
    package private(set) var values: [String: String] = [:]
    /// Where the values stand; of a key without value, because its quote is not closed, where that is.
    private var positions: [String: ModelError.Position] = [:]

    /// Reads an inventory from a file.
    ///
    /// - Throws: `FileError`.
    package init(contentsOf path: String) throws(FileError) {
        self.init(try InputFile(path, limit: Self.maximumSize).text())
    }

    /// The uuid of the host whose inventory a file is.
    ///
    /// - Throws: `FileError`, ``NoHostUUID``.
    package static func hostUUID(contentsOf path: String) throws -> String {
        guard let uuid = try Inventory(contentsOf: path)["INSTALLATION_UUID"], !uuid.isEmpty else {
            throw NoHostUUID(file: path)
        }
        return uuid
    }

    /// Reads an inventory. Lines that are no assignment are skipped.
    package init(_ text: String) {
        let mark = "\u{FEFF}"
        let lines = text.dropping(text.begins(with: mark) ? mark.utf8.count : 0).lines(keepingEmpty: true)
        for (number, line) in lines.enumerated() { read(line, number: number + 1) }
    }

    /// The value of a key, `nil` where it is not set.
    package subscript(key: String) -> String? { values[key] }

    /// Where the value of a key stands.
    func position(of key: String) -> ModelError.Position? { positions[key] }

    /// Whether the value of a key is cut off: its quote is not closed.
    func isCutOff(_ key: String) -> Bool { positions[key] != nil && values[key] == nil }

    /// Reads the assignments of a line, of which there may be several.
    private mutating func read(_ line: Substring, number: Int) {
        var rest = line.utf8
        while true {
            rest = rest.drop { $0.isWhiteSpace || $0 == UInt8(ascii: ";") }
            let name = rest.prefix { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
            let after = rest[name.endIndex...]
            if Self.declares(Substring(name)), after.first?.isWhiteSpace == true {
                rest = after
                continue
            }
            guard let first = name.first, !first.isDigit, after.first == UInt8(ascii: "=") else { return }
            rest = after.dropFirst()
            let key = String(Substring(name))
            let column = line.utf8.distance(from: line.startIndex, to: rest.startIndex) + 1
            positions[key] = ModelError.Position(line: number, column: column)
            values[key] = Self.word(&rest)
        }
    }

    /// Whether a word stands before assignments.
    private static func declares(_ word: Substring) -> Bool {
        word.isExactly("export") || word.isExactly("readonly") || word.isExactly("declare")
    }

    /// Takes a word from a text, and removes its quotes; `nil` where one is not closed.
    private static func word(_ rest: inout Substring.UTF8View) -> String? {
        var word: [UInt8] = []
        var quote: Unicode.Scalar?
        while let byte = rest.first {
            if quote == nil, byte.isWhiteSpace || byte == UInt8(ascii: ";") { break }
            rest.removeFirst()
            switch (Unicode.Scalar(byte), quote) {
            case ("'", "'"?), ("\"", "\""?): quote = nil
            case ("'", nil), ("\"", nil): quote = Unicode.Scalar(byte)
            // Within double quotes a backslash stands for itself, except before these.
            case ("\\", "\""?) where rest.first.map("$`\"\\".utf8.contains) == true, ("\\", nil):
                if let escaped = rest.popFirst() { word.append(escaped) }
            default: word.append(byte)
            }
        }
        return quote == nil ? String(decoding: word, as: UTF8.self) : nil
    }
}
