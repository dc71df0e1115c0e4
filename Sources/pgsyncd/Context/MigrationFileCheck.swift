import LibPQ
import Observability
import PostgresTypes
import SchemaDrift
import SyncConfiguration
import SyncEngine

/// Checks a migration file against scratch copies of both schemas.
struct MigrationFileCheck: Sendable {
  let context: CommandContext
  let file: String
  let script: SQLScript
  let targetFile: String?
  let targetScript: SQLScript?
  let server: ConnectionSettings

  /// What the file would do.
  ///
  /// - Parameter interruption: ends the check early; the scratch databases are removed all the same.
  func report(_ interruption: WaitInterruption) throws -> MigrationCheckReport {
    let options = try context.pipelineOptions()
    let source = try context.connectSource()
    let target = try context.connectTarget()
    try OverrideCheck(context, source: source, target: target).check()
    let plan = try PipelineSetup(options: options, source: source, target: target).plan()
    if let error = plan.error, error.kind == .usage || plan.tables.isEmpty { throw error }
    let tables = try ComparedTable.tables(
      plan.tables.map { ($0.source, $0.target) }, policies: options.policies, pipeline: options.pipeline, on: target)
    do {
      let result = try MigrationCheck.run(
        script, onTarget: targetScript, tables: tables, migrations: context.configuration.migration, source: source,
        target: target, server: server, token: String(UInt64.random(in: 0...UInt64.max), radix: 36),
        interruption: interruption)
      return MigrationCheckReport(
        pipeline: options.pipeline, file: file, tables: result.tables, untouchedCount: result.untouchedCount,
        created: result.created, newTables: context.configuration.policies.file.general.newTables ?? .stop,
        notReproduced: result.notReproduced)
    } catch let failure as MigrationCheck.Failure {
      throw CommandFailure(failure, file: failure.isForTarget ? targetFile ?? file : file)
    } catch let error as PostgresError where error.kind == .interrupted {
      throw CommandFailure(.failed, "interrupted; the scratch databases are removed")
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      var failure = CommandFailure(postgres: error, "creating the scratch databases")
      failure.hint = "run on that server: ALTER ROLE … CREATEDB; or name another one with --scratch"
      throw failure
    }
  }
}

extension CommandFailure {
  /// A statement of a file that its copy refused.
  fileprivate init(_ failure: MigrationCheck.Failure, file: String) {
    guard let error = failure.error else {
      self.init(.failed, "\(file):\(failure.line): \(failure.problem ?? "")")
      return
    }
    var message = "\(file):\(failure.line): \(error.messageWithoutValues)"
    if let sqlState = error.sqlState { message += " (SQLSTATE \(sqlState))" }
    // In these classes the detail names the objects that depend on something, and never values.
    if let detail = error.detail, ["2B", "0A"].contains(error.sqlState?.conditionClass ?? "") {
      message += "\n" + detail
    }
    self.init(.failed, message, hint: error.hint, sqlState: error.sqlState?.rawValue)
  }
}
