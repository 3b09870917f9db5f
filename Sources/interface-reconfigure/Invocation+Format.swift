import NetConfig

extension Invocation {
    /// The format of a dry run.
    static func planFormat(_ options: Options) throws(UsageError) -> PlanFormat {
        try format(options, of: PlanFormat.allCases) ?? .text
    }

    private static func format<Format: RawRepresentable<String>>(
        _ options: Options, of formats: [Format]
    ) throws(UsageError) -> Format? {
        guard let text = options.format else { return nil }
        guard let format = Format(rawValue: text) else {
            let names = formats.map(\.rawValue)
            let list = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
            throw UsageError("unknown format '\(text)': \(list) is possible")
        }
        return format
    }
}
