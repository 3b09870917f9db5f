/// The program that guards a change, started beside the one that makes it: it has to call
/// ``Guard/run(on:cancellation:log:)``, for the same root prefix, and nothing else.
public struct GuardProgram: Sendable {
    /// The executable's path.
    public var path: String
    /// What lists of processes call it (its first argument).
    public var name: String
    /// Its further arguments.
    public var arguments: [String]

    /// Describes a program.
    public init(path: String, name: String, arguments: [String]) {
        self.path = path
        self.name = name
        self.arguments = arguments
    }

    /// The running program itself, whatever an upgrade has put in its place meanwhile.
    public static func thisProgram(name: String, arguments: [String]) -> GuardProgram {
        GuardProgram(path: "/proc/self/exe", name: name, arguments: arguments)
    }
}
