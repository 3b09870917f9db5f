import ArgumentParser
import NetConfig
import Logging
struct C: ParsableCommand { static let configuration = CommandConfiguration(version: "0") 
 @Option var force: [String] = []
 @Argument var action: String
 func run() { print(force, action) } }
C.main()
