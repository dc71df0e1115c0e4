import LibPQ
import LogicalReplication
import SchemaDrift
import SyncEngine

/// Judges a stopped table while no service runs, with the schemas that both sides have now.
struct StoppedTableJudge {
  private let source: TableIntrospector
  private let target: TableIntrospector
  private let catalog: PipelineCatalog

  /// Connects to the source.
  init(_ context: CommandContext, target: PostgresConnection) throws {
    source = TableIntrospector(try context.connectSource())
    self.target = TableIntrospector(target)
    catalog = PipelineCatalog(target, pipeline: context.configuration.pipeline)
  }

  /// Why the table cannot go on, as a message; nil if nothing is in its way.
  func objection(to table: TableStatus) throws -> [String]? {
    guard let record = try catalog.table(table.sourceOID) else {
      throw CommandFailure(.failed, "\(table.name.sql) is no longer part of the pipeline")
    }
    guard let current = try source.tables(oids: [table.sourceOID]).first else {
      throw CommandFailure(.failed, "\(table.name.sql) is gone from the source")
    }
    let counterpart = try target.tables(named: [current.name]).first
    let verdict = Judgement(source: current, target: counterpart, baseline: record.sourceSchema).verdict()
    guard verdict.outcome == .blocked else { return nil }
    return verdict.findings.filter { $0.severity == .blocked }.flatMap { [$0.headline] + $0.lines }
  }
}
