/// What an ASCII byte is. Bytes of other characters are none of these.
extension UInt8 {
    /// Whether it is white space of ASCII: blank, tab, LF, VT, FF or CR.
    @inlinable package var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }

    /// Whether it is a letter of ASCII.
    @inlinable package var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }

    /// Whether it is a digit of ASCII.
    @inlinable package var isDigit: Bool { (0x30...0x39).contains(self) }

    /// Whether it is a hexadecimal digit of ASCII.
    @inlinable package var isHexDigit: Bool { hexDigitValue != nil }

    /// The value of a hexadecimal digit of ASCII.
    @inlinable package var hexDigitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46, 0x61...0x66: (self | 0x20) - 0x61 + 10
        default: nil
        }
    }
}
