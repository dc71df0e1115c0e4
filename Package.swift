// swift-tools-version: 6.2
import PackageDescription

/// Targets are listed from the leaves upwards; a target imports only what stands above it.
let package = Package(
  name: "pgsyncd",
  products: [
    .executable(name: "pgsyncd", targets: ["pgsyncd"]),
    .library(name: "PGOutput", targets: ["PGOutput"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // System libraries.
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // The pure core: no libpq, no clock, no threads.
    .target(name: "PostgresTypes"),
    .target(name: "PGOutput", dependencies: ["PostgresTypes"], swiftSettings: [.strictMemorySafety()]),
    .target(name: "SchemaDrift", dependencies: ["PostgresTypes", "CLibCrypto"]),
    .target(name: "LogicalReplication", dependencies: ["PostgresTypes", "PGOutput", "SchemaDrift"]),

    // The I/O shell.
    .target(name: "LibPQ", dependencies: ["CLibPQ", "PostgresTypes"]),
    .target(
      name: "SyncEngine",
      dependencies: [
        "PostgresTypes", "PGOutput", "SchemaDrift", "LogicalReplication", "LibPQ",
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.embedInCode("SQL")]),

    // The edges.
    .target(
      name: "SyncConfiguration",
      dependencies: ["PostgresTypes", "SchemaDrift", .product(name: "Yams", package: "Yams")]),
    .target(name: "Observability", dependencies: ["PostgresTypes", "LogicalReplication", "SchemaDrift"]),
    .executableTarget(
      name: "pgsyncd",
      dependencies: [
        "SyncEngine", "SyncConfiguration", "Observability",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),

    // Throw-away servers for the demo, the tests and the benchmarks; never part of the product.
    .target(name: "PostgresClusters", dependencies: ["LibPQ", "PostgresTypes"]),
    .executableTarget(
      name: "pgsyncd-demo", dependencies: ["PostgresClusters", "LogicalReplication", "LibPQ", "PostgresTypes"]),

    .testTarget(
      name: "LogicalReplicationTests", dependencies: ["LogicalReplication", "SchemaDrift", "PostgresTypes"]),
    .testTarget(name: "PostgresTypesTests", dependencies: ["PostgresTypes"]),
    .testTarget(
      name: "PGOutputTests", dependencies: ["PGOutput", "PostgresTypes"], resources: [.copy("Fixtures")]),
    .testTarget(name: "LibPQTests", dependencies: ["LibPQ", "PostgresClusters", "PostgresTypes"]),
    .testTarget(name: "SyncConfigurationTests", dependencies: ["SyncConfiguration"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "pgsyncd", "SyncEngine", "SchemaDrift", "LogicalReplication", "Observability", "SyncConfiguration",
        "LibPQ", "PostgresClusters", "PostgresTypes",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "ObservabilityTests", dependencies: ["Observability", "LogicalReplication", "SchemaDrift", "PostgresTypes"]),
    .testTarget(
      name: "SyncEngineTests",
      dependencies: [
        "SyncEngine", "PostgresClusters", "LogicalReplication", "SchemaDrift", "LibPQ", "PostgresTypes",
      ]),
    .testTarget(name: "PipelineTests", dependencies: ["pgsyncd", "PostgresClusters", "LibPQ", "PostgresTypes"]),
    .testTarget(name: "SchemaDriftTests", dependencies: ["SchemaDrift", "PostgresTypes"]),
  ],
  swiftLanguageModes: [.v6]
)
