import LibPQ
import PostgresTypes
import SchemaDrift

/// Carries out a migration that the operator has approved of: exactly the statements that were shown.
struct MigrationApproval {
  /// What came of it.
  enum Outcome {
    /// The table may go on: the statements were run, or are not needed any more.
    case mayResume
    /// Nothing was changed.
    case refused([String])
    /// Nothing is parked and the source could not be asked, so nothing is known of what will come.
    case sourceUnknown
  }

  let catalog: PipelineCatalog
  let judgement: ResumeJudgement

  /// Migrates one table in a transaction of its own.
  ///
  /// What was approved is what the table was stopped with. If the two sides ask for something else by now, that is shown
  /// in its place, and waits for another approval.
  func carryOut(_ record: TableRecord) throws -> Outcome {
    let connection = catalog.connection
    try connection.execute("BEGIN")
    do {
      let outcome = try migrate(record)
      try connection.execute("COMMIT")
      return outcome
    } catch {
      if connection.isAlive { try connection.execute("ROLLBACK") }
      throw error
    }
  }

  private func migrate(_ record: TableRecord) throws -> Outcome {
    guard let found = try judgement.judgement(on: record) else { return .sourceUnknown }
    let verdict = found.verdict()
    guard verdict.outcome == .blocked else {
      try catalog.resolveDriftEvents(record.sourceOID, .fix)
      return .mayResume
    }
    let everything = Set(SchemaChange.allCases)
    guard let migration = AutomaticMigration(found, verdict, allowing: everything) else {
      try catalog.stopTable(record.sourceOID, TableStop(verdict: verdict, lsn: nil))
      return .refused(["The drift is another one now, and cannot be migrated."] + verdict.messageLines)
    }
    guard migration.statements == record.fix else {
      let stop = TableStop(verdict: verdict, lsn: nil).waiting(for: migration, of: verdict)
      try catalog.stopTable(record.sourceOID, stop)
      return .refused(["The migration is another one now; nothing was run."] + stop.message)
    }
    switch try Migration(connection: catalog.connection).run(migration, for: found) {
    case .refused(let why): return .refused(["The target refused the migration; nothing was changed."] + why)
    case .done:
      try catalog.resolveDriftEvents(record.sourceOID, .approve)
      return .mayResume
    }
  }
}
