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

func program(_ name: String, path: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

// Argument parsing with generated help: not what Moiré exists for.
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
// SQLite through GRDB: transactions, WAL and migrations by people who do nothing else.
let sqlite: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
// SHA-256 for ids and digests; never our own cryptography.
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

// Comma-separated manifests: quoting rules are somebody else's speciality.
let csv: Target.Dependency = .product(name: "SwiftCSV", package: "SwiftCSV")

let package = Package(
    name: "moire",
    products: [
        .executable(name: "moire", targets: ["moire"]),
        .executable(name: "moire-decoder", targets: ["moire-decoder"]),
        .executable(name: "moire-extractor", targets: ["moire-extractor"]),
        .executable(name: "moire-coordinator", targets: ["moire-coordinator"]),
        .executable(name: "moire-scorer", targets: ["moire-scorer"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
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
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CChromaprint", pkgConfig: "libchromaprint", providers: [.apt(["libchromaprint-dev"])]),
        .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "CSandbox"),

        // Files → one pass of frames and samples; pictures out.
        library("Frames"),
        library("Pictures", ["CPNG", "Frames"]),
        library("Media", ["CFFmpeg", "CKernels", "Frames"]),

        // What is measured in a pass.
        library("Signals", ["CKernels", "Frames"]),
        library("Fingerprints", ["CKernels", "Frames"]),
        library("Chromaprints", ["CChromaprint", "Fingerprints", "Frames"]),

        // Fingerprints of many → matches.
        library("FingerprintIndex", ["CKernels", "Fingerprints", "Frames"]),

        // What is kept, and how work is handed out.
        library("Records", ["FingerprintIndex", "Fingerprints", "Frames", "Signals", crypto]),
        library("JobQueue", ["Records", crypto]),
        library("Store", ["FingerprintIndex", "Frames", "JobQueue", "Records", sqlite]),
        library("Scoring", ["FingerprintIndex", "Frames", "Records", "Signals"]),

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
                "CSandbox", "DecodeWire", "FingerprintIndex", "Fingerprints", "Frames", "JobQueue", "Records",
                "Scoring", "Signals", "Store", crypto, csv,
            ]),
        library(
            "Report",
            ["FingerprintIndex", "Fleet", "Frames", "JobQueue", "Pictures", "Records", "Scoring", "Signals", "Store"]),

        // Thin mains. Only the decoder links FFmpeg, and libchromaprint, which brings it along.
        program("moire-decoder", path: "workers/decoder", ["DecodeWire", "Extraction"]),
        program("moire-extractor", path: "workers/extractor", ["Fleet", "JobQueue", "Store", arguments]),
        program("moire-coordinator", path: "workers/coordinator", ["Fleet", "JobQueue", "Store", arguments]),
        program("moire-scorer", path: "workers/scorer", ["Fleet", "JobQueue", "Scoring", "Store", arguments]),
        program(
            "moire", path: "Sources/moire",
            [
                "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "JobQueue",
                "Pictures", "Records", "Report", "Scoring", "Signals", "Store", arguments,
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

        // Tests, and the programs that they kill.
        .target(name: "TestSupport", dependencies: ["Frames"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("PicturesTests", ["Frames", "Pictures"]),
        tests("MediaTests", ["CKernels", "Frames", "Media", "TestSupport"]),
        tests("SignalsTests", ["CKernels", "Frames", "Signals"]),
        tests("FingerprintsTests", ["CKernels", "Fingerprints", "Frames"]),
        tests("ChromaprintsTests", ["Chromaprints", "Fingerprints", "Frames"]),
        tests("FingerprintIndexTests", ["CKernels", "FingerprintIndex", "Fingerprints"]),
        tests("JobQueueTests", ["JobQueue", "QueueTestWorker", "Records", "Frames"]),
        tests("ExtractionTests", ["sandbox-probe"]),
        .executableTarget(name: "sandbox-probe", dependencies: ["CSandbox"], path: "Tests/SandboxProbe"),
        tests(
            "CoordinatorTests",
            ["FingerprintIndex", "Fingerprints", "Fleet", "Frames", "JobQueue", "Records", "Signals", "Store"]),
        tests(
            "FleetTests",
            [
                "CSandbox", "DecodeWire", "Fingerprints", "Fleet", "Frames", "JobQueue", "Records", "Signals", "Store",
                "TestSupport", "fake-decoder",
            ]),
        program("fake-decoder", path: "Tests/FakeDecoder", ["CSandbox", "DecodeWire", "Frames", "Records"]),
        program("QueueTestWorker", path: "Tests/QueueTestWorker", ["JobQueue", "Records"]),
        tests("StoreTests", ["FingerprintIndex", "Frames", "JobQueue", "Records", "Store", sqlite]),
        tests(
            "ReportTests",
            [
                "FingerprintIndex", "Fingerprints", "Fleet", "Frames", "Pictures", "Records", "Report", "Scoring",
                "Signals", "TestSupport",
            ]),
        tests("MoireTests", ["TestSupport"]),
        tests("ScoringTests", ["FingerprintIndex", "Frames", "Records", "Scoring", "Signals"]),
    ]
)
