// swift-tools-version: 6.2
import PackageDescription

// A package of its own: everything in it, the library too, is compiled with the sanitizers of `Scripts/fuzz`.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "fuzz",
    dependencies: [
        .package(name: "interface-reconfigure", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The program's own sources, by way of links: another package can depend on neither an executable nor a module
        // that is no product, and two packages cannot have a module of one name.
        .target(
            name: "FuzzedProgram",
            dependencies: [
                .product(name: "NetConfig", package: "interface-reconfigure"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "ProgramOptions",
            dependencies: [
                "FuzzedProgram",
                .product(name: "NetConfig", package: "interface-reconfigure"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["InterfaceReconfigure.swift"],
            swiftSettings: settings + [.unsafeFlags(["-module-alias", "Program=FuzzedProgram"])]
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "ProgramOptions",
                .product(name: "NetConfig", package: "interface-reconfigure"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            // libFuzzer has the function `main`.
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
)
