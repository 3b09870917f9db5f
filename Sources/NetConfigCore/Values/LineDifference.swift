/// How two files differ, line by line.
package struct LineDifference {
    /// A line that goes or comes.
    package struct Change {
        /// Whether the line comes.
        var isAdded: Bool
        /// The line without its end.
        var line: String
    }

    /// The lines that go, then those that come. Of texts that differ in too much to be compared line by line these are all
    /// between the first and the last that differ.
    package let changes: [Change]

    /// Compares the bytes of two files; `nil` is a file that does not exist.
    package init(_ old: [UInt8]?, _ new: [UInt8]?) {
        var before = Self.lines(old)[...]
        var after = Self.lines(new)[...]
        while let a = before.first, let b = after.first, a == b {
            (before, after) = (before.dropFirst(), after.dropFirst())
        }
        while let a = before.last, let b = after.last, a == b {
            (before, after) = (before.dropLast(), after.dropLast())
        }
        // The comparison takes a time that grows with the product.
        guard before.count * after.count <= 1_000_000 else {
            changes =
                before.map { Change(isAdded: false, line: Self.text($0)) }
                + after.map { Change(isAdded: true, line: Self.text($0)) }
            return
        }
        let difference = Array(after).difference(from: Array(before))
        changes = (difference.removals + difference.insertions).map { change in
            switch change {
            case .remove(_, let line, _): Change(isAdded: false, line: Self.text(line))
            case .insert(_, let line, _): Change(isAdded: true, line: Self.text(line))
            }
        }
    }

    private static func lines(_ bytes: [UInt8]?) -> [ArraySlice<UInt8>] {
        (bytes ?? []).split(separator: UInt8(ascii: "\n"))
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String { String(decoding: line, as: UTF8.self) }

    private static func text(_ change: Change) -> String {
        "\(change.isAdded ? "+" : "-") \(change.line.printable)"
    }

    /// The changes as a person reads them, a line each, and no more than so many of them; with whether a line comes or goes.
    package func summary(limit: Int) -> [(text: String, isAdded: Bool?)] {
        // The last line is as short as the word about it.
        let shown = changes.count > limit + 1 ? changes.prefix(limit) : changes[...]
        let lines = shown.map { (text: Self.text($0), isAdded: Bool?.some($0.isAdded)) }
        let left = changes.count - shown.count
        return left == 0 ? lines : lines + [(text: "and \(left) more lines", isAdded: nil)]
    }
}
