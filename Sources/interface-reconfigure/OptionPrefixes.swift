/// Long options may be shortened to any prefix that fits one option only, as with GNU `getopt_long`; callers of the
/// original rely on it.
enum OptionPrefixes {
    /// Every long option that may be shortened, without its hyphens.
    static let names = LongOption.all.flatMap(\.names) + ["version", "help"]
    private static let foreignNames = LongOption.all.compactMap(\.foreignName)

    /// The arguments with every shortened option written out.
    static func expand(_ arguments: [String]) throws(UsageError) -> [String] {
        var expanded: [String] = []
        let isReset = Self.isReset(arguments)
        for (index, argument) in arguments.enumerated() {
            guard argument.utf8.starts(with: "--".utf8), argument != "--" else {
                expanded.append(argument)
                // All after `--` are no options.
                if argument == "--" { return expanded + arguments[(index + 1)...] }
                continue
            }
            let parts = argument.utf8.dropFirst(2).split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false
            ).map { String(Substring($0)) }
            let name = parts == ["force"] && isReset ? "despite-toolstack" : try fullName(parts[0])
            // `--gateway=` has a value, which is empty; the parser takes that only apart from its option.
            let isEmpty = parts.count == 2 && parts[1].isEmpty
            expanded += isEmpty ? ["--\(name)", ""] : ["--\(name)" + (parts.count == 2 ? "=\(parts[1])" : "")]
        }
        return expanded
    }

    /// Whether the action is `reset`, which takes no bridge, so that its `--force` has no value.
    private static func isReset(_ arguments: [String]) -> Bool {
        arguments.indices.contains { index in
            arguments[index] == "reset"
                && !(index > 0 && ["--force", "--force-interface"].contains(arguments[index - 1]))
        }
    }

    private static func fullName(_ name: String) throws(UsageError) -> String {
        if names.contains(name) || foreignNames.contains(name) { return name }
        let fitting = names.filter { $0.utf8.starts(with: name.utf8) }
        // `--force` is a whole option and a prefix of the other spelling of itself.
        let distinct = Set(fitting.map { $0 == "force" ? "force-interface" : $0 })
        guard let only = distinct.first else { return name }
        guard distinct.count == 1 else {
            throw UsageError(
                "option --\(name) is ambiguous: it could be \(fitting.map { "--\($0)" }.joined(separator: ", "))")
        }
        return only
    }
}
