import LibPQ
import LogicalReplication
import SchemaDrift
import SyncEngine

/// Judges a stopped table while no service runs, exactly as the service would.
struct StoppedTableJudge {
  private let source: PostgresConnection
  private let target: PostgresConnection
  private let catalog: PipelineCatalog
  private let publication: String
  private let policies: PolicyBook

  /// Connects to the source.
  init(_ context: CommandContext, target: PostgresConnection) throws {
    source = try context.connectSource()
    self.target = target
    catalog = PipelineCatalog(target, pipeline: context.configuration.pipeline)
    publication = context.configuration.publication
    policies = try context.pipelineOptions().policies
  }

  /// Why the table cannot go on, as a message; nil if nothing is in its way.
  ///
  /// - Parameter arguments: what is given along with the request.
  func objection(to table: TableStatus, _ arguments: RequestArguments = .none) throws -> [String]? {
    guard let record = try catalog.table(table.sourceOID) else {
      throw CommandFailure(.failed, "\(table.name.sql) is no longer part of the pipeline")
    }
    if record.copyNeed != nil { return try objection(toCopying: table) }
    if let skipped = arguments.skippedTransaction {
      let letters = DeadLetters(catalog: catalog, record: record)
      guard try letters.contains(skipped) else { throw CommandFailure(.failed, try letters.notParked(skipped)) }
    }
    let current = try TableIntrospector(source).table(table.sourceOID, publishedBy: publication)
    let judgement = ResumeJudgement(
      target: target, pipeline: catalog.pipeline,
      policy: policies.policy(for: record.name, stored: arguments.overrides.over(record.overrides)),
      isBackfillRequested: arguments.readsColumnsAgain, sourceTable: { _ in current })
    switch try judgement.judge(record) {
    case .mayResume: return nil
    case .blocked(let verdict): return verdict.messageLines
    case .sourceUnknown:
      throw CommandFailure(
        .failed,
        "\(table.name.sql) is gone from the source, and nothing of it is parked: there is nothing to go on with")
    }
  }

  /// Why the table cannot be copied anew, as a message; nil if nothing is in its way.
  func objection(toCopying table: TableStatus) throws -> [String]? {
    guard let record = try catalog.table(table.sourceOID) else {
      throw CommandFailure(.failed, "\(table.name.sql) is no longer part of the pipeline")
    }
    let judgement = CopyJudgement(
      source: source, target: target, publication: publication,
      policy: policies.policy(for: record.name, stored: record.overrides))
    switch try judgement.judge(record) {
    case .mayCopy: return nil
    case .blocked(let verdict): return verdict.messageLines
    case .missingOnSource:
      throw CommandFailure(.failed, "\(table.name.sql) is gone from the source: there is nothing to copy")
    case .notPublished: throw CommandFailure(.failed, CopyJudgement.notPublished(table.name, publication))
    }
  }
}
