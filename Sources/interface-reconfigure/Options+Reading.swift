import ArgumentParser

extension Options {
    /// Reads a command line.
    ///
    /// One in order is read here. ArgumentParser, which finds out anew at each start what the options are, needs more time for
    /// that than `up` for its work; it tells what is wrong with the others, and has the help and the completions.
    ///
    /// - Throws: ``UsageError``, or an error of ArgumentParser, which may be help that was asked for.
    static func read(_ arguments: [String]) throws -> Options {
        let arguments = try OptionPrefixes.expand(arguments)
        return try Options(wellFormed: arguments) ?? parse(arguments)
    }

    /// What a well-formed command line says, with its long options written out; `nil` for another, and for one that asks the
    /// parser itself for something.
    init?(wellFormed arguments: [String]) {
        self.init()
        (action, operand) = (nil, nil)
        for option in LongOption.all { option.set(&self, nil) }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.utf8.first == UInt8(ascii: "-") else {
                guard operand == nil else { return nil }
                if action == nil { action = argument } else { operand = argument }
                continue
            }
            if argument == "-v" {
                verbose = true
                continue
            }
            guard argument.utf8.starts(with: "--".utf8) else { return nil }
            let parts = argument.utf8.dropFirst(2).split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first.map({ String(Substring($0)) }), let option = LongOption.named(name),
                option.takesValue || parts.count == 1
            else { return nil }
            if !option.takesValue {
                option.set(&self, argument)
            } else if parts.count == 2 {
                // To the parser this is an option without its value.
                guard !parts[1].isEmpty else { return nil }
                option.set(&self, String(Substring(parts[1])))
            } else {
                guard let value = rest.popFirst(), value.utf8.first != UInt8(ascii: "-") else { return nil }
                option.set(&self, value)
            }
        }
    }
}

extension LongOption {
    fileprivate static func named(_ name: String) -> LongOption? {
        all.first { $0.names.contains(name) || $0.foreignName == name }
    }
}
