import LibPQ
import LogicalReplication
import Observability
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine

/// Compares single tables of source and target as they are now.
struct TableComparison {
  private let source: PostgresConnection
  private let target: PostgresConnection
  private let configuration: Configuration
  private let policies: PolicyBook

  /// Connects to both sides.
  init(_ context: CommandContext) throws {
    configuration = context.configuration
    policies = context.configuration.policies
    source = try context.connectSource()
    target = try context.connectTarget()
    try OverrideCheck(context, source: source, target: target).check()
  }

  /// The two tables side by side.
  ///
  /// - Throws: ``CommandFailure`` of usage if the source has no such table, with the nearest name.
  func report(on name: QualifiedName) throws -> TableDiffReport {
    let table = try sourceTable(name)
    let catalog = PipelineCatalog(target, pipeline: configuration.pipeline)
    let isSetUp = try catalog.pipelineRecordIfAny() != nil
    let status = isSetUp ? try StatusReader(target, pipeline: configuration.pipeline).read() : nil

    let counterpart = try TableIntrospector(target).tables(named: [table.name]).first
    let compared = try ComparedTable.tables(
      [(table, counterpart)], policies: policies, pipeline: configuration.pipeline, on: target)
    guard let judgement = compared.first?.judgement else { preconditionFailure("one table makes one judgement") }
    return TableDiffReport(
      verdict: judgement.verdict(),
      diff: counterpart.map { SchemaDiff(source: table, target: $0, timezone: judgement.policy.timezone) },
      status: status?.tables.first { $0.sourceOID == table.oid })
  }

  /// The table as the publication sends it, if it does; else as the catalog has it.
  private func sourceTable(_ name: QualifiedName) throws -> TableSchema {
    let introspector = TableIntrospector(source)
    let published = try introspector.publishedTables(configuration.publication)
    if let table = published.first(where: { $0.name == name }) { return table }
    if let table = try introspector.tables(named: [name]).first { return table }
    let candidates = try introspector.candidates().filter { $0.obstacle == nil }.map(\.name)
    throw UnknownTable.failure(name, among: candidates, on: "the source has no table")
  }
}
