// swift-tools-version: 6.2
// The architecture, bottom-up. Dependencies point one way: a target may use what stands above it
// in this file, never what stands below.
import PackageDescription

/// Every Swift target is compiled under the same rules: `unsafe` marks exactly the lines a reviewer
/// must read, imports do not leak, and a warning is an error.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A library that reckons with every picture and sample. Debug builds optimise it, too: without that the demo takes five
/// times as long, and the tests wait for little else. Preconditions hold either way.
func reckoning(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies,
        swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

func program(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

/// - Parameter other: what lies among its sources and is none.
func tests(_ name: String, _ dependencies: [Target.Dependency], besides other: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: other, swiftSettings: strict)
}

// Argument parsing with generated help: not what Moiré exists for.
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
// SQLite through GRDB: transactions, WAL and migrations by people who do nothing else.
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
// SHA-256 for ids and digests; never our own cryptography.
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

// Comma-separated manifests: quoting rules are somebody else's speciality.
let csv: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")

// What is measured is said through swift-metrics, and log lines through swift-log: their users may bring another
// backend than ours, and other packages that speak them are heard, too.
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let requestMetrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

// The HTTP server with its router and TLS. Of the service alone: whoever builds the command line needs none of it.
let server: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    // What its requests are made of: header fields, buffers, threads for what blocks.
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOFoundationCompat", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
// Logic-less templates that escape what they are given.
let templates: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "moire",
    products: [
        .executable(name: "moire", targets: ["moire"]),
        .executable(name: "moire-decoder", targets: ["moire-decoder"]),
        .executable(name: "moire-extractor", targets: ["moire-extractor"]),
        .executable(name: "moire-coordinator", targets: ["moire-coordinator"]),
        .executable(name: "moire-scorer", targets: ["moire-scorer"]),
        .executable(name: "moire-api", targets: ["moire-api"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        // Thin C: system libraries, measured kernels, the kernel's sandbox calls.
        .systemLibrary(
            name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libswresample libavutil",
            providers: [
                .apt([
                    "libavformat-dev", "libavcodec-dev", "libavutil-dev",
                    "libswscale-dev", "libswresample-dev",
                ])
            ]),
        // libpq, PostgreSQL's own client: small, blocking, everywhere, and kept by the server's makers.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        // libcurl: HTTP by people who do nothing else, with the callback in which an address is judged.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CChromaprint", pkgConfig: "libchromaprint", providers: [.apt(["libchromaprint-dev"])]),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CSandbox"),
        // ONNX Runtime without its headers and without linking it: dlopen takes it in only for who brings a model, and
        // Debian 12 has no package of it that could be asked for.
        .target(name: "COnnxRuntime"),

        // Files → one pass of frames and samples; pictures out.
        reckoning("Frames"),
        library("Pictures", ["CPNG", "Frames"]),
        reckoning("Media", ["CFFmpeg", "CKernels", "Frames"]),

        // What is measured in a pass.
        reckoning("Signals", ["CKernels", "Frames"]),
        reckoning("Fingerprints", ["CKernels", "Frames"]),
        library("Chromaprints", ["CChromaprint", "Fingerprints", "Frames"]),

        // What a model that somebody brings says of pictures; the command line's alone.
        library("Aesthetics", ["COnnxRuntime", "Frames", crypto]),

        // Fingerprints of many → matches.
        reckoning("FingerprintIndex", ["CKernels", "Fingerprints", "Frames"]),

        // The same statements on SQLite and on PostgreSQL.
        library("SQL", ["CPostgres", sqlite]),

        // What a process says of itself: metrics as Prometheus reads them, log lines.
        library("Telemetry", [logging, metrics]),
        library("TelemetryOptions", ["Telemetry", arguments, logging]),

        // What is kept, and how work is handed out.
        library("Records", ["FingerprintIndex", "Fingerprints", "Frames", "Signals", crypto]),
        library("JobQueue", ["Records", "SQL", "Telemetry", crypto, metrics]),
        library("Store", ["FingerprintIndex", "Frames", "JobQueue", "Records", "SQL"]),
        library("Scoring", ["FingerprintIndex", "Frames", "Records", "Signals"]),

        // Media by URL, for whoever hands an open file to the decode child.
        library("Fetching", ["CCurl"]),

        // The work itself: inside the decode child, on the wire to it, and around it.
        library("DecodeWire", ["CSandbox", "Frames", "Records", "Signals"]),
        library(
            "Extraction",
            [
                "CSandbox", "Chromaprints", "DecodeWire", "Fingerprints", "Frames", "Media", "Records", "Signals",
            ]),
        library(
            "Fleet",
            [
                "CSandbox", "DecodeWire", "Fetching", "FingerprintIndex", "Fingerprints", "Frames", "JobQueue",
                "Records", "Scoring", "Signals", "Store", "Telemetry", crypto, csv, logging, metrics,
            ]),
        library(
            "Report",
            ["FingerprintIndex", "Fleet", "Frames", "JobQueue", "Pictures", "Records", "Scoring", "Signals", "Store"]),

        // What others speak: ThreatExchange's signals, ISCC, flat events, statements of reasons, HMA's interface.
        library(
            "Interop",
            [
                "FingerprintIndex", "Fingerprints", "Frames", "JobQueue", "Records", "Signals", "Store", crypto,
            ]),

        // The HTTP interface and the review console.
        .target(
            name: "Service",
            dependencies: [
                "Fetching", "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "Interop", "JobQueue", "Pictures",
                "Records", "Report", "SQL", "Scoring", "Signals", "Store", "Telemetry", crypto, logging, requestMetrics,
                templates,
            ] + server,
            resources: [
                .copy("API/openapi.json"), .copy("Console/Templates"), .copy("Console/Assets"),
            ], swiftSettings: strict),

        // Thin mains. Only the decoder links FFmpeg, and libchromaprint, which brings it along.
        program("moire-decoder", path: "workers/decoder", ["DecodeWire", "Extraction"]),
        program(
            "moire-extractor", path: "workers/extractor",
            ["Fetching", "Fleet", "JobQueue", "Records", "Store", "Telemetry", "TelemetryOptions", arguments]),
        program(
            "moire-coordinator", path: "workers/coordinator",
            ["Fleet", "JobQueue", "Records", "Store", "Telemetry", "TelemetryOptions", arguments]),
        program(
            "moire-scorer", path: "workers/scorer",
            ["Fleet", "JobQueue", "Records", "Scoring", "Store", "Telemetry", "TelemetryOptions", arguments]),
        program(
            "moire-api", path: "workers/api",
            ["Fetching", "Fleet", "Records", "Scoring", "Service", "Store", "Telemetry", "TelemetryOptions", arguments]),
        program(
            "moire", path: "Sources/moire",
            [
                "Aesthetics", "Fetching", "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "Interop", "JobQueue",
                "Pictures", "Records", "Report", "Scoring", "Signals", "Store", "Telemetry", "TelemetryOptions",
                arguments,
            ]),
        // What lookups cost among many hours of sound and many frames; `ops/bench sound-index` and `ops/bench index`
        // run them.
        .target(
            name: "BenchmarkSupport", dependencies: ["Fingerprints"], path: "Sources/Benchmarks/Support",
            swiftSettings: strict),
        program(
            "sound-index-bench", path: "Sources/Benchmarks/SoundIndexBenchmark",
            ["BenchmarkSupport", "FingerprintIndex", "Fingerprints", "Frames"]),
        program(
            "frame-index-bench", path: "Sources/Benchmarks/FrameIndexBenchmark",
            ["BenchmarkSupport", "CKernels", "FingerprintIndex", "Fingerprints", "Fleet", "Frames"]),
        // What the sandbox costs, beside the same work in one process; `ops/bench isolation` runs it.
        program(
            "isolation-bench", path: "Sources/Benchmarks/IsolationBenchmark",
            ["BenchmarkSupport", "DecodeWire", "Extraction", "Fleet", "Frames", "Media", "Records"]),

        // What the queue survives, and how fast it is; `ops/torture queue` and `ops/bench queue` run it.
        program(
            "queue-bench", path: "Sources/Benchmarks/QueueBenchmark",
            ["BenchmarkSupport", "FingerprintIndex", "Fleet", "Frames", "JobQueue", "Records", "Store", arguments]),

        // How fast one coordinator finds copies and commits; `ops/bench matching` runs it.
        program(
            "matching-bench", path: "Sources/Benchmarks/MatchingBenchmark",
            ["BenchmarkSupport", "Fleet", "JobQueue", "Records", "Store", arguments]),

        // Tests, and the programs that they kill.
        .target(
            name: "TestSupport", dependencies: ["Frames"], path: "Tests/TestSupport", exclude: ["media_server.py"],
            swiftSettings: strict),
        // The engines that conformance tests run on, among them a PostgreSQL server of the tests' own.
        .target(
            name: "EngineSupport", dependencies: ["JobQueue", "Records", "Store"], path: "Tests/EngineSupport",
            swiftSettings: strict),
        tests("PicturesTests", ["Frames", "Pictures"]),
        tests("MediaTests", ["CKernels", "Frames", "Media", "TestSupport"]),
        tests("SignalsTests", ["CKernels", "Frames", "Signals"]),
        tests("FingerprintsTests", ["CKernels", "Fingerprints", "Frames"]),
        tests("ChromaprintsTests", ["Chromaprints", "Fingerprints", "Frames"]),
        tests("AestheticsTests", ["Aesthetics", "Frames", "TestSupport"]),
        tests("FingerprintIndexTests", ["CKernels", "FingerprintIndex", "Fingerprints"]),
        tests("FetchingTests", ["Fetching", "TestSupport"]),
        tests("TelemetryTests", ["Telemetry", logging, metrics]),
        tests("JobQueueTests", ["EngineSupport", "Frames", "JobQueue", "QueueTestWorker", "Records"]),
        tests("SQLTests", ["EngineSupport", "SQL"]),
        tests("ExtractionTests", ["sandbox-probe"]),
        .executableTarget(name: "sandbox-probe", dependencies: ["CSandbox"], path: "Tests/SandboxProbe"),
        tests(
            "CoordinatorTests",
            [
                "EngineSupport", "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "JobQueue", "Records",
                "Scoring", "Signals", "Store", logging,
            ]),
        tests(
            "FleetTests",
            [
                "CSandbox", "DecodeWire", "Fetching", "Fingerprints", "Fleet", "Frames", "JobQueue", "Records",
                "Signals", "Store", "TestSupport", "fake-decoder", logging,
            ]),
        program("fake-decoder", path: "Tests/FakeDecoder", ["CSandbox", "DecodeWire", "Frames", "Records"]),
        program("QueueTestWorker", path: "Tests/QueueTestWorker", ["JobQueue", "Records", "Store"]),
        tests(
            "StoreTests",
            ["EngineSupport", "FingerprintIndex", "Frames", "JobQueue", "Records", "SQL", "Store", sqlite]),
        tests(
            "ReportTests",
            [
                "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "Pictures", "Records", "Report", "Scoring",
                "Signals", "TestSupport",
            ]),
        tests(
            "InteropTests",
            [
                "EngineSupport", "FingerprintIndex", "Fingerprints", "Frames", "Interop", "JobQueue", "Records",
                "Signals", "Store", "TestSupport",
            ], besides: ["Oracle", "Vectors"]),
        tests("TortureTests", ["EngineSupport", "Store", "queue-bench"]),
        tests("MoireTests", ["EngineSupport", "JobQueue", "Store", "TestSupport"]),
        tests(
            "ServiceTests",
            [
                "EngineSupport", "Fleet", "Service", "Store", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            besides: ["Fuzz", "console_tour.py", "hook_receiver.py"]),
        tests("ScoringTests", ["FingerprintIndex", "Frames", "Records", "Scoring", "Signals"]),
    ]
)
