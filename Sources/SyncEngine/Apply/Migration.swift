import LibPQ
import PostgresTypes
import SchemaDrift

/// What came of an attempt to migrate a table.
enum MigrationAttempt {
  /// The statements were run; the table as it was judged afterwards.
  case done(Judgement, CompatibilityVerdict)
  /// The statements were taken back.
  case refused([String])
}

/// Runs a migration inside an open transaction, and takes it back alone if the target refuses it.
struct Migration {
  /// The stream waits meanwhile, so a table that others hold is not waited for long.
  private static let lockTimeout = "2s"

  /// A connection with a transaction open.
  let connection: PostgresConnection

  /// Locks the table, makes sure that the migration is still the right one, runs it, and judges what it has made.
  func run(
    _ migration: AutomaticMigration, for judgement: Judgement
  ) throws(PostgresError) -> MigrationAttempt {
    guard let target = judgement.target else { preconditionFailure("a migration changes a table that is there") }
    let timeout = try connection.query("SELECT current_setting('lock_timeout')")[0, 0] ?? "0"
    try connection.execute("SAVEPOINT pgsyncd_migration; SET LOCAL lock_timeout = '\(Self.lockTimeout)'")
    var running: String?
    do {
      try connection.execute("LOCK TABLE \(target.name.sql) IN ACCESS EXCLUSIVE MODE")
      var again = judgement
      try again.lookUpTarget(on: connection)
      guard again.target == target else {
        try takeBack()
        return .refused(["The target's table has changed meanwhile."])
      }
      for statement in migration.statements {
        running = statement
        try connection.execute(statement)
      }
      running = nil
      for statement in migration.completion { try attempt(statement) }
      try again.lookUpTarget(on: connection)
      let verdict = again.verdict()
      guard verdict.outcome != .blocked else {
        try takeBack()
        return .refused(verdict.blockedLines)
      }
      try connection.execute(
        "RELEASE SAVEPOINT pgsyncd_migration; SET LOCAL lock_timeout = \(SQLLiteral.quoted(timeout))")
      return .done(again, verdict)
    } catch {
      guard !error.endsConnection else { throw error }
      try takeBack()
      return .refused(AlignmentFailure(statement: running, error: error, blockers: []).lines)
    }
  }

  /// What completes a migration is run if the rows allow it.
  private func attempt(_ statement: String) throws(PostgresError) {
    try connection.execute("SAVEPOINT pgsyncd_completion")
    do {
      try connection.execute(statement)
      try connection.execute("RELEASE SAVEPOINT pgsyncd_completion")
    } catch {
      guard !error.endsConnection else { throw error }
      try connection.execute("ROLLBACK TO SAVEPOINT pgsyncd_completion; RELEASE SAVEPOINT pgsyncd_completion")
    }
  }

  private func takeBack() throws(PostgresError) {
    try connection.execute("ROLLBACK TO SAVEPOINT pgsyncd_migration; RELEASE SAVEPOINT pgsyncd_migration")
  }
}

extension AutomaticMigration {
  /// The statements as they stand in a message.
  var lines: [String] { ["Migrated on the target:"] + statements.map { "  " + $0 } }
}

extension CompatibilityVerdict {
  /// What was found that blocks, without what an operator would have to do about it.
  var blockedLines: [String] { decisiveFindings.flatMap { [$0.headline] + $0.lines } }
}

extension TableStop {
  /// The stop of a table whose migration waits for the operator's approval.
  func waiting(for migration: AutomaticMigration, of verdict: CompatibilityVerdict) -> TableStop {
    var stop = self
    let command = "pgsyncd schema approve --table " + SQLLiteral.shellQuoted(verdict.table.sql)
    stop.kind = .pendingApproval
    stop.fix = migration.statements
    stop.resolution = "Approve the migration: \(command)"
    stop.message =
      verdict.blockedLines + ["This can be migrated on the target, and waits for approval (require_approval):"]
      + (migration.statements + migration.completion).map { "       " + $0 }
      + [
        "Its changes are parked meanwhile; all other tables go on.", "What to do:",
        "  1. Let the migration be carried out:", "       \(command)",
        "  2. Or change the target yourself, then:",
        "       pgsyncd resume --table " + SQLLiteral.shellQuoted(verdict.table.sql),
        "Where to look: pgsyncd status --table " + SQLLiteral.shellQuoted(verdict.table.sql),
      ]
    return stop
  }

  /// The stop of a table whose migration the target has refused.
  func explaining(refusal: [String]) -> TableStop {
    var stop = self
    stop.message += ["The automatic migration did not succeed, so the table stops:"] + refusal.map { "  " + $0 }
    return stop
  }
}
