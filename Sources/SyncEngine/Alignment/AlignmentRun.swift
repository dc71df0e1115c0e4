import LibPQ
import PostgresTypes
import SchemaDrift

/// Carries plans out on the target, a transaction per table: exactly the plan that was shown, or nothing.
///
/// Inside the transaction the table is locked and both sides are read again. If they make another plan than the one at
/// hand, somebody was faster, and nothing is run.
public struct AlignmentRun {
  /// A table that others use is waited for this long.
  public static let lockTimeout = "5s"

  private let source: PostgresConnection
  private let target: PostgresConnection
  private let publication: String

  /// Works over connections on which nothing is in progress.
  public init(source: PostgresConnection, target: PostgresConnection, publication: String) {
    self.source = source
    self.target = target
    self.publication = publication
  }

  /// Aligns one table.
  ///
  /// - Throws: only if a connection is lost; a statement that the target refuses is an outcome.
  public func apply(_ alignment: TableAlignment) throws(PostgresError) -> AlignmentOutcome {
    if alignment.isEmpty { return .nothingToDo }
    var fingerprint = alignment.plan.targetFingerprint
    if !alignment.labels.isEmpty {
      // Two transactions: what the first one commits is right by itself, and the second one expects it.
      let outcome = try transaction(alignment, alignment.labels, expecting: fingerprint, isFirst: true) {
        (again) throws(PostgresError) in fingerprint = again.target.map { SchemaFingerprint(of: $0) }
      }
      guard case .applied = outcome, !alignment.statements.isEmpty else { return outcome }
    }
    return try transaction(
      alignment, alignment.statements, expecting: fingerprint, isFirst: alignment.labels.isEmpty
    ) { _ in }
  }

  private func transaction(
    _ alignment: TableAlignment, _ statements: [AlignmentPlan.Statement], expecting fingerprint: SchemaFingerprint?,
    isFirst: Bool, _ afterwards: (Judgement) throws(PostgresError) -> Void
  ) throws(PostgresError) -> AlignmentOutcome {
    var running: String?
    do {
      try target.execute("BEGIN; SET LOCAL lock_timeout = '\(Self.lockTimeout)'")
      if let table = alignment.table.judgement.target ?? alignment.table.judgement.formerTarget {
        try target.execute("LOCK TABLE \(table.name.sql) IN ACCESS EXCLUSIVE MODE")
      }
      if let objection = try objection(to: alignment, fingerprint, isFirst: isFirst) {
        try target.execute("ROLLBACK")
        return .moved(objection)
      }
      for statement in statements {
        running = statement.sql
        try target.execute(statement.sql)
      }
      running = nil
      if let again = try alignment.table.judgedAgain(source: source, publication: publication, target: target) {
        try afterwards(again)
      }
      try target.execute("COMMIT")
      return .applied
    } catch {
      guard !error.endsConnection else { throw error }
      try target.execute("ROLLBACK")
      var blockers: [String] = []
      if error.sqlState == .lockNotAvailable { blockers = try holders(of: alignment) }
      return .failed(AlignmentFailure(statement: running, error: error, blockers: blockers))
    }
  }

  /// Why the plan is not right any more; nil if it is.
  private func objection(
    to alignment: TableAlignment, _ fingerprint: SchemaFingerprint?, isFirst: Bool
  ) throws(PostgresError) -> String? {
    guard let again = try alignment.table.judgedAgain(source: source, publication: publication, target: target) else {
      return "the source's table is gone"
    }
    if SchemaFingerprint(of: again.source) != alignment.plan.sourceFingerprint {
      return "the source's table has changed since the plan was made"
    }
    if again.target.map({ SchemaFingerprint(of: $0) }) != fingerprint {
      return "the target's table has changed since the plan was made"
    }
    // The fingerprint leaves out what is not of the essence of a table: indexes, constraints.
    let plan = AlignmentPlan(again, allowsDrop: alignment.allowsDrop)
    let known = isFirst ? alignment.plan.statements : alignment.plan.statements.filter { $0.change != .enumLabel }
    guard plan.statements.filter({ isFirst || $0.change != .enumLabel }) == known else {
      return "one of the two tables has changed since the plan was made"
    }
    return nil
  }

  /// The sessions that hold the table, named as an operator finds them in pg_stat_activity.
  private func holders(of alignment: TableAlignment) throws(PostgresError) -> [String] {
    guard let table = alignment.table.judgement.target ?? alignment.table.judgement.formerTarget else { return [] }
    let result = try target.query(
      """
      SELECT DISTINCT a.pid, coalesce(a.usename::text, ''), coalesce(a.application_name, ''), coalesce(a.state, '')
      FROM pg_locks l
      JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'relation' AND l.relation = $1::oid AND l.granted AND l.pid <> pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY 1
      """, [table.oid.description])
    return (0..<result.rowCount).map { row in
      let words = (0..<4).map { result[row, $0] ?? "" }
      return "process \(words[0]) of \(words[1])"
        + (words[2].isEmpty ? "" : " (\(words[2]))") + (words[3].isEmpty ? "" : ", \(words[3])")
    }
  }
}
