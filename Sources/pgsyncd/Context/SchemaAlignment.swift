import LibPQ
import Observability
import PostgresTypes
import SchemaDrift
import SyncEngine

/// Plans how the target is aligned with the source, and carries the plans out.
struct SchemaAlignment {
  private let options: PipelineOptions
  private let source: PostgresConnection
  private let target: PostgresConnection

  /// Connects to both sides.
  init(_ context: CommandContext) throws {
    options = try context.pipelineOptions()
    source = try context.connectSource()
    target = try context.connectTarget()
  }

  /// The plan for each table.
  ///
  /// - Parameter names: the tables that were named; empty for all.
  /// - Throws: ``SetupError`` if the tables cannot be told, ``CommandFailure`` of usage for a name that is none.
  func plan(_ names: [String], allowsDrop: Bool) throws -> [TableAlignment] {
    let plan = try PipelineSetup(options: options, source: source, target: target).plan()
    if let error = plan.error, error.kind == .usage || plan.tables.isEmpty { throw error }
    let compared = try ComparedTable.tables(
      plan.tables.map { ($0.source, $0.target) }, policies: options.policies, pipeline: options.pipeline, on: target)
    return try chosen(names, compared).map { TableAlignment($0, allowsDrop: allowsDrop, target: target) }
  }

  private func chosen(_ names: [String], _ tables: [ComparedTable]) throws(CommandFailure) -> [ComparedTable] {
    if names.isEmpty { return tables }
    var chosen: [ComparedTable] = []
    for text in names {
      guard let name = QualifiedName(parsing: text) else {
        throw .usage(
          "'\(text)' is not the name of a table", hint: "write schema.table, or table for one in schema public")
      }
      guard let table = tables.first(where: { $0.name == name }) else {
        throw UnknownTable.failure(name, among: tables.map(\.name), on: "the source has no replicated table")
      }
      if !chosen.contains(where: { $0.name == name }) { chosen.append(table) }
    }
    return chosen
  }

  /// The report on plans that are only shown.
  func report(_ plans: [TableAlignment]) -> AlignmentReport {
    AlignmentReport(
      pipeline: options.pipeline, tables: plans.map { Self.row($0, $0.isEmpty ? .nothingToDo : .planned, []) })
  }

  /// Carries the plans out, each in a transaction of its own: one that fails leaves the others alone.
  func apply(_ plans: [TableAlignment]) throws -> AlignmentReport {
    let run = AlignmentRun(source: source, target: target, publication: options.publication)
    var rows: [AlignmentReport.Table] = []
    for plan in plans {
      switch try run.apply(plan) {
      case .applied: rows.append(Self.row(plan, .applied, []))
      case .nothingToDo: rows.append(Self.row(plan, .nothingToDo, []))
      case .moved(let why): rows.append(Self.row(plan, .moved, [why + "; nothing was run, plan it again"]))
      case .failed(let failure): rows.append(Self.row(plan, .failed, failure.lines))
      }
    }
    return AlignmentReport(pipeline: options.pipeline, tables: rows)
  }

  private static func row(
    _ alignment: TableAlignment, _ outcome: AlignmentReport.Outcome, _ explanation: [String]
  ) -> AlignmentReport.Table {
    AlignmentReport.Table(
      name: alignment.table.name, plan: alignment.plan, labels: alignment.labels, statements: alignment.statements,
      later: alignment.later, isStopped: alignment.table.record?.state == .stopped, outcome: outcome,
      explanation: explanation)
  }
}
