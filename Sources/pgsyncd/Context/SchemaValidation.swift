import LibPQ
import Observability
import PostgresTypes
import SchemaDrift
import SyncEngine

/// Compares all tables of a pipeline, or of a pipeline to be, as they are now.
struct SchemaValidation {
  private let options: PipelineOptions
  private let source: PostgresConnection
  private let target: PostgresConnection

  /// Connects to both sides.
  init(_ context: CommandContext) throws {
    options = try context.pipelineOptions()
    source = try context.connectSource()
    target = try context.connectTarget()
    try OverrideCheck(context, source: source, target: target).check()
  }

  /// The verdict on each table.
  ///
  /// - Throws: ``SetupError`` if the tables cannot be told. What else is wrong with the servers does not matter here.
  func report() throws -> SchemaReport {
    let plan = try PipelineSetup(options: options, source: source, target: target).plan()
    if let error = plan.error, error.kind == .usage || plan.tables.isEmpty { throw error }
    return SchemaReport(
      pipeline: options.pipeline, isSetUp: plan.isUnderWay, verdicts: try verdicts(plan))
  }

  /// A table that the pipeline has already is judged against what was accepted for it: only so is a rename told from a
  /// column that came and one that went.
  private func verdicts(_ plan: SetupPlan) throws -> [CompatibilityVerdict] {
    guard plan.pipeline.createdAt != nil else { return plan.tables.map(\.verdict) }
    return try ComparedTable.tables(
      plan.tables.map { ($0.source, $0.target) }, policies: options.policies, pipeline: options.pipeline, on: target
    ).map { $0.judgement.verdict() }
  }
}
