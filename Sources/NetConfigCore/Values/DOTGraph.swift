/// A directed graph in the language of Graphviz.
package struct DOTGraph {
    /// What a node or an edge says about its thing.
    package enum Look {
        /// It is there and stays as it is.
        case plain
        /// It is there and changes.
        case changed
        /// It comes.
        case added
        /// It goes.
        case removed
        /// It is not as it should be.
        case wrong
        /// It explains others.
        case note

        fileprivate var attributes: String {
            switch self {
            case .plain: #"color="gray40""#
            case .changed: #"color="darkorange3", penwidth=2"#
            case .added: #"color="forestgreen", penwidth=2"#
            case .removed: #"color="firebrick", style="dashed""#
            case .wrong: #"color="red", penwidth=2"#
            case .note: #"color="gray60", shape=note"#
            }
        }
    }

    private var statements: [String] = []
    private let name: String
    private let title: String

    /// Creates a graph without nodes.
    package init(name: String, title: String) {
        self.name = name
        self.title = title
    }

    /// Adds a node with lines of text, the first of them its title.
    package mutating func addNode(_ id: String, _ lines: [String], _ look: Look) {
        // Long lines would make the picture wide; what goes on is indented.
        let pieces = lines.flatMap { line in
            line.printable.wrapped(to: 60).enumerated().map { $0 == 0 ? $1 : "    \($1)" }
        }
        let label = pieces.map { Self.escaped($0) + "\\l" }.joined()
        statements.append("\(Self.quoted(id)) [label=\"\(label)\", \(look.attributes)];")
    }

    /// Adds an edge.
    package mutating func addEdge(_ from: String, _ to: String, label: String? = nil, _ look: Look = .plain) {
        let text = label.map { "label=\(Self.quoted($0)), " } ?? ""
        statements.append("\(Self.quoted(from)) -> \(Self.quoted(to)) [\(text)\(look.attributes)];")
    }

    /// The graph's text; the least device is at the bottom.
    package var text: String {
        let head = [
            "digraph \(Self.quoted(name)) {",
            "    graph [rankdir=BT, label=\(Self.quoted(title)), labelloc=t, fontname=\"Helvetica\"];",
            "    node [shape=box, fontname=\"Helvetica\", fontsize=10];",
            "    edge [fontname=\"Helvetica\", fontsize=9];",
        ]
        return (head + statements.map { "    \($0)" } + ["}"]).map { "\($0)\n" }.joined()
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Backslash and quotation mark end a string or begin an escape sequence; the rest is text.
    private static func escaped(_ text: String) -> String {
        text.printable.substituting("\\", with: "\\\\").substituting("\"", with: "\\\"")
    }
}
