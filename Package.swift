// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A floor of docs/architecture.md: `uses` are targets of ours, `libraries` come from outside.
func module(
  _ name: String, uses: [String] = [], libraries: [Target.Dependency] = [], path: String? = nil,
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: uses.map { .byName(name: $0) } + libraries, path: path,
    exclude: exclude, swiftSettings: settings)
}

func program(
  _ name: String, uses: [String], libraries: [Target.Dependency] = [], path: String? = nil
) -> Target {
  .executableTarget(
    name: name, dependencies: uses.map { .byName(name: $0) } + libraries, path: path,
    swiftSettings: settings)
}

func tests(_ name: String, uses: [String], libraries: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name, dependencies: uses.map { .byName(name: $0) } + libraries, swiftSettings: settings)
}

let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")

let package = Package(
  name: "phoenixcare-gateway",
  products: [
    .executable(name: "phoenix-gateway", targets: ["phoenix-gateway"]),
    .executable(name: "phoenix-worker", targets: ["phoenix-worker"]),
    .executable(name: "phoenix-loadtest", targets: ["phoenix-loadtest"]),
    .executable(name: "gemini-simulator", targets: ["gemini-simulator"]),
  ],
  dependencies: [
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    // Floor 0: one module map and one shim header each, exactly one importer each.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLinux"),

    // Floor 1: know nothing of each other.
    module("Reactor", uses: ["CLinux"]),
    module("Resilience"),
    module("Prometheus"),
    module("JSONLogging", libraries: [log]),
    module("Cryptography", uses: ["COpenSSL"]),
    module("Compression", uses: ["CZlib"]),

    // Floor 2: the drivers.
    module("Postgres", uses: ["CLibPQ", "Reactor", "Resilience"]),
    module("Upstream", uses: ["CCurl", "Reactor", "Resilience"]),

    // Floor 3.
    module(
      "Telemetry", uses: ["Prometheus", "JSONLogging", "Postgres", "Upstream"], libraries: [log]),
    module("Knowledge", exclude: ["Documents"]),

    // Floor 4.
    module(
      "ServiceHost", uses: ["Telemetry", "Prometheus", "Compression"],
      libraries: [hummingbirdCore, httpTypes, nioCore, nioPosix, nioHTTP1, log, lifecycle, deque]),
    module("WorkerAPI", uses: ["Knowledge", "Cryptography"]),

    // Floor 5: the apps; none imports another.
    module(
      "Gateway",
      uses: [
        "ServiceHost", "WorkerAPI", "Telemetry", "Postgres", "Upstream", "Reactor", "Resilience",
        "Prometheus", "JSONLogging", "Cryptography", "Compression", "Knowledge",
      ],
      libraries: [
        hummingbirdCore, httpTypes, nioCore, nioPosix, log, lifecycle, signals, mustache,
      ]),
    module(
      "AIWorker",
      uses: [
        "ServiceHost", "WorkerAPI", "Knowledge", "Telemetry", "Prometheus", "JSONLogging",
        "Cryptography", "Upstream", "Reactor", "Resilience",
      ],
      libraries: [
        hummingbirdCore, httpTypes, nioCore, nioPosix, log, lifecycle, signals, subprocess, system,
      ]),
    module(
      "LoadTest",
      libraries: [
        nioCore, nioPosix, .product(name: "Yams", package: "Yams"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ], path: "loadtest/LoadTest"),
    module(
      "GeminiSimulator", libraries: [nioCore, nioPosix, nioHTTP1],
      path: "loadtest/GeminiSimulator"),

    // Floor 6: environment to settings, build, run.
    program("phoenix-gateway", uses: ["Gateway", "ServiceHost"], path: "Sources/GatewayMain"),
    program("phoenix-worker", uses: ["AIWorker", "ServiceHost"], path: "Sources/AIWorkerMain"),
    program(
      "phoenix-loadtest", uses: ["LoadTest"], libraries: [arguments],
      path: "loadtest/LoadTestMain"),
    program(
      "gemini-simulator", uses: ["GeminiSimulator"], libraries: [arguments],
      path: "loadtest/GeminiSimulatorMain"),

    // What ops/bench runs besides the programs.
    program(
      "telemetry-bench",
      uses: ["Prometheus", "Telemetry", "Postgres", "ServiceHost", "Compression"],
      libraries: [hummingbirdCore, httpTypes, nioCore, nioPosix, log, lifecycle, signals],
      path: "ops/benchmarks/Telemetry"),

    // Tests: one target a module, and the system as its users meet it.
    tests("ReactorTests", uses: ["Reactor"]),
    tests("ResilienceTests", uses: ["Resilience"]),
    tests("PrometheusTests", uses: ["Prometheus"]),
    tests("JSONLoggingTests", uses: ["JSONLogging"], libraries: [log]),
    tests("CryptographyTests", uses: ["Cryptography"]),
    tests("CompressionTests", uses: ["Compression"]),
    tests("PostgresTests", uses: ["Postgres", "Reactor"]),
    tests("UpstreamTests", uses: ["Upstream", "Reactor"]),
    tests(
      "TelemetryTests", uses: ["Telemetry", "Prometheus", "JSONLogging", "Postgres", "Upstream"],
      libraries: [log]),
    tests(
      "ServiceHostTests", uses: ["ServiceHost"],
      libraries: [hummingbirdCore, httpTypes, nioCore, nioPosix, log, lifecycle]),
    tests("KnowledgeTests", uses: ["Knowledge"]),
    tests("WorkerAPITests", uses: ["WorkerAPI"]),
    tests(
      "GatewayTests",
      uses: [
        "Gateway", "ServiceHost", "Cryptography", "Telemetry", "Postgres", "Reactor", "Upstream",
        "Resilience", "JSONLogging", "WorkerAPI",
      ]),
    tests(
      "AIWorkerTests",
      uses: [
        "AIWorker", "WorkerAPI", "ServiceHost", "Telemetry", "Knowledge", "JSONLogging",
        "Compression", "Cryptography", "GeminiSimulator", "Upstream", "Reactor",
      ],
      libraries: [nioCore, nioPosix, nioHTTP1, httpTypes, log, lifecycle]),
    tests("LoadTestTests", uses: ["LoadTest"], libraries: [nioCore, nioPosix]),
    tests("GeminiSimulatorTests", uses: ["GeminiSimulator", "Upstream", "Reactor"]),
    tests("SystemTests", uses: ["Compression", "Cryptography"]),
    tests("TidyTests", uses: []),
  ]
)
