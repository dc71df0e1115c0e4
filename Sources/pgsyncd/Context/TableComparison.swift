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

  /// Connects to both sides.
  init(_ context: CommandContext) throws {
    configuration = context.configuration
    source = try context.connectSource()
    target = try context.connectTarget()
  }

  /// The two tables side by side.
  ///
  /// - Throws: ``CommandFailure`` of usage if the source has no such table, with the nearest name.
  func report(on name: QualifiedName) throws -> TableDiffReport {
    let table = try sourceTable(name)
    let catalog = PipelineCatalog(target, pipeline: configuration.pipeline)
    let isSetUp = try catalog.pipelineRecordIfAny() != nil
    let record = isSetUp ? try catalog.table(table.oid) : nil
    let status = isSetUp ? try StatusReader(target, pipeline: configuration.pipeline).read() : nil

    var names = [table.name]
    if let former = record?.sourceSchema.name, former != table.name { names.append(former) }
    let counterparts = try TableIntrospector(target).tables(named: names)
    let counterpart = counterparts.first { $0.name == table.name }
    let verdict = Judgement(
      source: table, target: counterpart, baseline: record?.sourceSchema,
      formerTarget: names.count > 1 ? counterparts.first { $0.name == names[1] } : nil
    ).verdict()
    return TableDiffReport(
      verdict: verdict, diff: counterpart.map { SchemaDiff(source: table, target: $0) },
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
