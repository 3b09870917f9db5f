import NetConfigTestSupport
import Testing

@testable import NetConfigCore

/// Text is taken apart by its bytes, whatever stands behind a separator.
@Suite("text from outside")
struct TextTests {
    /// What makes one Character of itself and what is before it, and CR LF, which is one.
    private static let followers = ["\u{301}", "\u{200D}", "\u{FE0F}", "\u{20DD}", "\r\n"]

    @Test(arguments: followers)
    func `a separator separates, whatever follows it`(follower: String) throws {
        let text = "a,\(follower)b"
        #expect(text.pieces(between: ",").map(String.init) == ["a", "\(follower)b"])
        #expect(try #require(text.halves(at: ",")).1.isExactly("\(follower)b"))
        #expect(text.includes(",") && text.dropping(1).begins(with: ",") && "a\(follower),".ends(with: ","))
        #expect(text.substituting(",", with: ";").isExactly("a;\(follower)b"))
        #expect("\(follower)=x".place(of: "=")?.lowerBound == follower.endIndex)
    }

    @Test
    func `lines end with LF or CR LF, and words at ASCII's white space`() {
        #expect("a\r\nb\n\nc\u{301}\r\n".lines().map(String.init) == ["a", "b", "c\u{301}"])
        #expect("a\r\n\n".lines(keepingEmpty: true).map(String.init) == ["a", "", ""])
        #expect("a\u{2028}b\u{85}\rc".lines().count == 1)
        #expect(
            "\t a \r\n\u{301}b\u{A0}c".words.map { Array($0.utf8) } == ["a", "\u{301}b\u{A0}c"].map { Array($0.utf8) })
        #expect(" \t\u{A0}x \r\n".trimmed.isExactly("\u{A0}x") && " \n".trimmed.isEmpty)
    }

    @Test
    func `what only looks the same is something else`() {
        #expect("\u{E9}" == "e\u{301}" && !"\u{E9}".isExactly("e\u{301}"))
        #expect(!"\u{37E}".includes(";") && !"\u{1FEF}".begins(with: "`") && !"\u{212A}".isExactly("K"))
        #expect(OVSDBValue.string("\u{E9}") != .string("e\u{301}"))
        let both: [OVSDBValue: OVSDBValue] = [.string("\u{E9}"): .integer(1), .string("e\u{301}"): .integer(2)]
        #expect(both.count == 2)
        #expect(OVSDBValue.set([.string("\u{E9}")]) != .set([.string("e\u{301}")]))
        #expect(FileContents("\u{E9}") != FileContents("e\u{301}"))
    }

    @Test
    func `nothing, and what is not there, is nowhere`() {
        #expect("abab".place(of: "") == nil && "abab".place(of: "ba")?.lowerBound.utf16Offset(in: "abab") == 1)
        #expect("aab".includes("ab") && !"a".includes("ab") && !"".begins(with: "a") && !"b".ends(with: "ab"))
        #expect("a".halves(at: "=") == nil && "aaa".substituting("aa", with: "b") == "ba")
        #expect("a,b,c".pieces(between: ",", atMost: 2).map(String.init) == ["a", "b,c"])
        #expect("abc".shortened(to: 2) == "ab…" && "ab".shortened(to: 2) == "ab")
    }

    @Test
    func `a value cannot write a line of its own, hide, or turn the direction of writing`() {
        for value in HostileValue.all {
            let text = String(decoding: value.bytes, as: UTF8.self)
            for shown in [text.printable, text.printableLines().substituting("\n", with: "")] {
                let isSeen = shown.unicodeScalars.allSatisfy {
                    !$0.properties.isDefaultIgnorableCodePoint
                        && ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
                            $0.properties.generalCategory)
                }
                #expect(isSeen, "\(shown.unicodeScalars.map(\.value))")
            }
        }
        #expect("a\r\nb\tc\u{1B}[2J\u{202E}\u{2028}\u{E0041}".printable == "a b c?[2J???")
        #expect("a\r\nb\u{85}".printableLines() == "a\nb?")
        #expect("é\u{301} 例".printable.isExactly("é\u{301} 例"))
        #expect(String(repeating: "é", count: 10).printableLines(atMost: 5) == "éé…")
    }
}
