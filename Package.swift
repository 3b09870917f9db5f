// swift-tools-version: 6.2
import PackageDescription

/// One set of compiler settings for every target of ours: the strictest that the language has.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// What each of the two programs is made of.
let program: [Target.Dependency] = [
    "NetConfig", "NetConfigCore", "NetConfigSystem", "Program",
    .product(name: "ArgumentParser", package: "swift-argument-parser"),
    .product(name: "Logging", package: "swift-log"),
]

/// A worked example: without package access it sees of the library what other packages see.
func example(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["NetConfig", "NetConfigCore", "NetConfigSystem"], path: "Examples/\(name)",
        packageAccess: false, swiftSettings: settings)
}

let package = Package(
    name: "interface-reconfigure",
    products: [
        .library(name: "NetConfig", targets: ["NetConfig", "NetConfigCore", "NetConfigSystem"]),
        .executable(name: "interface-reconfigure", targets: ["interface-reconfigure"]),
        .executable(name: "openvswitch-cfg-update", targets: ["openvswitch-cfg-update"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CLibNL", pkgConfig: "libnl-route-3.0", providers: [.apt(["libnl-route-3-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .target(name: "CLinux"),
        // Decides: records, state, plan, overview. It depends on nothing, and touches nothing.
        .target(name: "NetConfigCore", swiftSettings: settings),
        // Touches the system: the kernel, Open vSwitch, XAPI, DHCP clients, files, processes.
        .target(
            name: "NetConfigSystem",
            dependencies: [
                "CLibNL", "CLibXML2", "CLinux", "NetConfigCore",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        // Ties them together: the host, a run, the guard of a change.
        .target(
            name: "NetConfig",
            dependencies: [
                "NetConfigCore", "NetConfigSystem",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Program",
            dependencies: [
                "NetConfig", "NetConfigCore", "NetConfigSystem",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "interface-reconfigure", dependencies: program, swiftSettings: settings),
        .executableTarget(name: "openvswitch-cfg-update", dependencies: program, swiftSettings: settings),
        .executableTarget(
            name: "netconfig-bench", dependencies: ["NetConfig", "NetConfigCore", "NetConfigSystem"],
            swiftSettings: settings),
        .executableTarget(
            name: "netconfig-explore", dependencies: ["NetConfigCore", "NetConfigTestSupport"], swiftSettings: settings),
        // What tests of several targets, and those under libFuzzer, share.
        .target(
            name: "NetConfigTestSupport", dependencies: ["NetConfig", "NetConfigCore", "NetConfigSystem"],
            path: "Tests/Support", swiftSettings: settings),
        example("plan-offline"),
        example("host-drift"),
        example("confirmed-change"),
        .testTarget(
            name: "NetConfigTests",
            dependencies: ["NetConfig", "NetConfigCore", "NetConfigSystem", "NetConfigTestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "InterfaceReconfigureTests",
            dependencies: [
                "NetConfig", "NetConfigCore", "NetConfigSystem", "NetConfigTestSupport", "interface-reconfigure",
                "openvswitch-cfg-update",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CLinux", "NetConfig", "NetConfigCore", "NetConfigSystem", "NetConfigTestSupport",
                "interface-reconfigure", "openvswitch-cfg-update",
            ],
            swiftSettings: settings),
    ]
)

// What `Scripts/fuzz` builds. libFuzzer has the function `main`: of the program all but its own is a module here.
if Context.environment["FUZZ"] != nil {
    package.products = []
    package.targets.removeAll { $0.type == .executable || $0.type == .test }
    package.targets += [
        .target(
            name: "interface-reconfigure", dependencies: program, exclude: ["InterfaceReconfigure.swift"],
            swiftSettings: settings),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "NetConfig", "NetConfigCore", "NetConfigSystem", "NetConfigTestSupport", "interface-reconfigure",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Fuzz", exclude: ["leaks"], swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
    ]
}
