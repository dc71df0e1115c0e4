import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Synchronization

@testable import SyncEngine

/// A source and a target database with nothing in them, and the options of a pipeline from one to the other.
struct ScratchPipeline {
  let source: ScratchDatabase
  let target: ScratchDatabase
  var options: PipelineOptions

  private static let counter = Atomic(0)

  /// - Parameters:
  ///   - version: Of both servers.
  ///   - sourceCluster: A server of the test's own for the source; else the shared one.
  init(_ version: Int? = nil, sourceCluster: ThrowawayCluster? = nil) throws {
    source = try ScratchDatabase(version, on: sourceCluster)
    target = try ScratchDatabase(version)
    // Slots belong to the cluster, so each pipeline needs a name of its own.
    let number = Self.counter.add(1, ordering: .relaxed).newValue
    options = PipelineOptions(
      source: try source.settings(), target: try target.settings(), pipeline: "p\(number)", publication: "pub",
      slot: "setup_test_\(number)")
  }

  /// Runs the same statements on both sides.
  func onBoth(_ sql: String) throws {
    try source.run(sql)
    try target.run(sql)
  }

  /// Creates a role on the cluster, with attributes, and returns its name.
  func role(_ attributes: String = "") throws -> String {
    let name = "role_\(Self.counter.add(1, ordering: .relaxed).newValue)"
    try source.run("CREATE ROLE \(name) LOGIN \(attributes)")
    return name
  }

  /// Plans as `pgsyncd setup` does.
  func plan() throws -> SetupPlan {
    let setup = try PipelineSetup.connecting(options)
    defer { setup.close() }
    return try setup.plan()
  }

  /// Plans and carries out.
  @discardableResult
  func setUp() throws -> SetupPlan {
    let setup = try PipelineSetup.connecting(options)
    defer { setup.close() }
    let plan = try setup.plan()
    try setup.carryOut(plan)
    return plan
  }

  /// The stored pipeline.
  func record() throws -> PipelineRecord? {
    try PipelineCatalog(target.connect(), pipeline: options.pipeline).pipelineRecordIfAny()
  }

  /// The stored tables.
  func tables() throws -> [TableRecord] {
    try PipelineCatalog(target.connect(), pipeline: options.pipeline).tables()
  }
}
