import Foundation
import NetConfigCore
import NetConfigTestSupport

/// Explores every transition between the configurations of a small host, for `make explore` and the tests.
///
///     netconfig-explore DIRECTORY brief|usual|whole|deep
///
/// What is done is noted in the directory, so that one which was ended goes on when it is started again; counterexamples are
/// written there as golden cases. Prints what was tried and what was found; ends with 1 where something was.
@main
struct NetConfigExplore {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let directory = arguments.first, let space = arguments.last.flatMap(ExploredSpace.init(named:)) else {
            print("usage: netconfig-explore DIRECTORY brief|usual|whole|deep")
            exit(2)
        }
        let start = ContinuousClock.now
        let walk = try Walkers(space, in: directory, shows: ["whole", "deep"].contains(arguments.last))
        await walk.go()
        let (figures, found) = walk.result
        for (number, example) in found.enumerated() {
            let place = URL(filePath: directory).appending(path: "found-\(number + 1)")
            try example.writeGoldenCase(to: place)
            print("\(example)  written as a golden case to \(place.path)\n")
        }
        print(
            "explored \(space.configurations) configurations, \(space.transitions) transitions from \(space.starts) states: "
                + "\(figures.runs) runs of \(figures.steps) steps, \(figures.deaths) deaths, \(found.count) faults, in "
                + "\((ContinuousClock.now - start).components.seconds) s")
        exit(found.isEmpty ? 0 : 1)
    }
}
