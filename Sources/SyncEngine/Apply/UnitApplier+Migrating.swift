import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

// A change of the source's table is repeated on the target at its place in the stream, if the operator lets it.
extension UnitApplier {
  /// Decides about a shape that is blocked: its change is repeated on the target, waits for approval, or the table stops.
  func migrateOrStop(
    _ outcome: ShapeJudge.Outcome, at position: Int, old: SchemaFingerprint?, new: SchemaFingerprint
  ) throws {
    var stop = TableStop(verdict: outcome.verdict, lsn: transaction?.finalLSN)
    if let migration = judge.migration(for: outcome) {
      if judge.migrationPolicy.requiresApproval {
        stop = stop.waiting(for: migration, of: outcome.verdict)
      } else {
        switch try migrate(outcome, migration) {
        case .done(let judgement, let verdict):
          var migrated = outcome
          migrated.judgement = judgement
          migrated.target = judgement.target
          migrated.verdict = verdict
          router[position].plan = judge.plan(migrated)
          openPending[position] = nil
          try accept(migrated, at: position, old: nil, new: new)
          try note(migration, of: outcome, old: old, new: new)
          return
        case .refused(let why): stop = stop.explaining(refusal: why)
        }
      }
    }
    try self.stop(position, stop, fingerprints: (old, new))
  }

  /// Repeats the change that blocks a shape, so that the table need not stop.
  ///
  /// It happens in the unit's own transaction: what came before is written under the old shape, then the statements run,
  /// then the tuples of the new shape follow. If the unit is taken back, so is the migration. The table is locked and
  /// looked at again before and after; a lock that does not come within seconds, or any other refusal, takes back the
  /// migration alone.
  ///
  /// - Returns: the table as it may go on, or why it has to stop.
  func migrate(_ outcome: ShapeJudge.Outcome, _ migration: AutomaticMigration) throws -> MigrationAttempt {
    try flush()
    try session.begin()
    return try session.outsidePipeline { connection in
      do throws(PostgresError) {
        return try Migration(connection: connection).run(migration, for: outcome.judgement)
      } catch {
        throw SyncError.postgres(error, during: "migrating \(outcome.verdict.table)")
      }
    }
  }

  /// Records a migration as a drift that was resolved when it was noticed.
  func note(
    _ migration: AutomaticMigration, of outcome: ShapeJudge.Outcome, old: SchemaFingerprint?, new: SchemaFingerprint
  ) throws {
    let table = outcome.verdict.table
    let oid = outcome.shape.oid
    let position = transaction?.finalLSN
    let detection = transaction.map { Double(PostgresTimestamp.now.rawValue - $0.commitTime.rawValue) / 1_000_000 }
    try inCatalog { (catalog) throws(PostgresError) in
      try catalog.insertDriftEvent(
        DriftEventRecord(
          sourceOID: oid, name: table, lsn: position, detectionSeconds: detection, oldFingerprint: old,
          newFingerprint: new, verdict: .blocked, reason: outcome.verdict.reason?.rawValue,
          message: outcome.verdict.blockedLines + migration.lines))
      try catalog.resolveDriftEvents(oid, .autoMigrate)
    }
    events.append(.tableMigrated(table: table, verdict: outcome.verdict, statements: migration.statements))
  }
}
