extension RandomAccessCollection<UInt8> {
    /// The bytes after the mark (U+FEFF in UTF-8) that some editors put at the start of a text.
    package var withoutByteOrderMark: SubSequence { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...] }
}
