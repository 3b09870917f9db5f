/// Text from outside, taken apart by the bytes of its UTF-8.
///
/// Swift's own operations go by grapheme cluster and compare by canonical equivalence: `'` with a combining mark is not
/// `'`, CR LF is not LF, the Greek question mark is `;`. To shells, kernels, parsers and files all of these are bytes.
/// `make check` lets nothing else take text apart. Inlinable, because other modules call it for each field of a cache.
extension StringProtocol where SubSequence == Substring {
    /// Whether the text begins with these bytes.
    @inlinable package func begins(with start: some StringProtocol) -> Bool { utf8.starts(with: start.utf8) }

    /// Whether the text ends with these bytes.
    @inlinable package func ends(with end: some StringProtocol) -> Bool {
        var rest = utf8.reversed().makeIterator()
        return end.utf8.reversed().allSatisfy { $0 == rest.next() }
    }

    /// Whether these bytes occur in the text.
    @inlinable package func includes(_ bytes: some StringProtocol) -> Bool { place(of: bytes) != nil }

    /// Where these bytes occur first; nothing occurs nowhere.
    @inlinable package func place(of bytes: some StringProtocol) -> Range<Index>? {
        guard let first = bytes.utf8.first else { return nil }
        var rest = self[...].utf8
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: bytes.utf8) { return start..<rest.index(start, offsetBy: bytes.utf8.count) }
            rest.removeFirst()
        }
        return nil
    }

    /// Whether a text has the same bytes. `==` takes texts for equal that only look the same.
    @inlinable package func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// The pieces between an ASCII character, as often as it occurs or at most so often, counted from the start.
    @inlinable package func pieces(
        between separator: Unicode.Scalar, atMost count: Int = .max, keepingEmpty: Bool = false
    ) -> [Substring] {
        self[...].utf8.split(
            separator: UInt8(ascii: separator), maxSplits: count - 1, omittingEmptySubsequences: !keepingEmpty
        ).map(Substring.init)
    }

    /// What is before and after the first of an ASCII character; `nil` where there is none.
    @inlinable package func halves(at separator: Unicode.Scalar) -> (Substring, Substring)? {
        guard let index = utf8.firstIndex(of: UInt8(ascii: separator)) else { return nil }
        return (self[..<index], self[utf8.index(after: index)...])
    }

    /// The lines, which LF or CR LF ends.
    @inlinable package func lines(keepingEmpty: Bool = false) -> [Substring] {
        let lines = pieces(between: "\n", keepingEmpty: true)
            .map { $0.utf8.last == UInt8(ascii: "\r") ? Substring($0.utf8.dropLast()) : $0 }
        return keepingEmpty ? lines : lines.filter { !$0.isEmpty }
    }

    /// The words between white space.
    @inlinable package var words: [Substring] {
        self[...].utf8.split(whereSeparator: \.isWhiteSpace).map(Substring.init)
    }

    /// The text without white space around it.
    @inlinable package var trimmed: Substring {
        var rest = self[...].utf8.drop(while: \.isWhiteSpace)
        while rest.last?.isWhiteSpace == true { rest.removeLast() }
        return Substring(rest)
    }

    /// The text without so many bytes at its start, all of which are ASCII.
    @inlinable package func dropping(_ count: Int) -> Substring { Substring(self[...].utf8.dropFirst(count)) }

    /// The text with others for all occurrences of these bytes.
    package func substituting(_ bytes: some StringProtocol, with others: some StringProtocol) -> String {
        var (text, rest) = ("", self[...])
        while let place = rest.place(of: bytes) {
            text += rest[..<place.lowerBound]
            text += others
            rest = rest[place.upperBound...]
        }
        return text + rest
    }
}

extension String {
    /// Whether two texts have the same bytes. Of ASCII the standard library compares the memory, as fast as it can be read.
    package func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return utf8Span.isKnownASCII && other.utf8Span.isKnownASCII ? self == other : utf8.elementsEqual(other.utf8)
    }
}
