import LibPQ
import LogicalReplication
import PostgresTypes

/// One connection to the target on which units of work are written: statements are sent without waiting for the answers
/// (pipeline mode), each prepared once, and each answer is held against what was expected of it.
///
/// A unit looks like this: BEGIN, the statements, COMMIT, a synchronisation point. With nothing to copy that is one round
/// trip. COPY cannot run inside a pipeline, so around it the answers so far are collected.
final class TargetSession {
  /// What an answer is expected to be.
  enum Expectation {
    /// No error.
    case success
    /// This many rows touched; fewer mean that rows are missing on the target.
    case rows(Int)
    /// Any number of rows touched, which the closure is told.
    case affected((Int) -> Void)
    /// Rows that the closure reads.
    case value((QueryResult) throws(SyncError) -> Void)
  }

  private struct Awaited {
    var table: OID?
    var expectation: Expectation
  }

  /// The connection. Not to be used for statements of its own while ``isPipelining``.
  let connection: PostgresConnection
  /// Rows that were not found, by table, since the last ``takeMissingRows()``.
  private(set) var missingRows: [OID: Int] = [:]
  /// True between the BEGIN and the COMMIT of a unit.
  private(set) var isInTransaction = false
  /// Collects the values of one statement; used again and again.
  let parameters = BoundParameters()
  private var awaited: [Awaited] = []
  private var isPipelining = false
  private var statements: [StatementKey: String] = [:]
  private var nextStatement = 0

  init(connection: PostgresConnection) { self.connection = connection }

  /// Opens the unit's transaction if it is not open.
  func begin() throws(SyncError) {
    guard !isInTransaction else { return }
    isInTransaction = true
    try send("BEGIN")
  }

  /// Sends one statement without preparing it; ``parameters`` are its values if `usesParameters`.
  func send(
    _ sql: String, usesParameters: Bool = false, table: OID? = nil, expecting expectation: Expectation = .success
  ) throws(SyncError) {
    try enterPipeline()
    if !usesParameters { parameters.removeAll() }
    try attempt("sending a statement") { () throws(PostgresError) in try connection.sendQuery(sql, parameters) }
    awaited.append(Awaited(table: table, expectation: expectation))
  }

  /// Sends one statement with ``parameters`` as its values, preparing it first if this is its first use.
  func send(
    _ key: StatementKey, table: OID?, expecting expectation: Expectation, sql: () -> String
  ) throws(SyncError) {
    try enterPipeline()
    let name: String
    if let known = statements[key] {
      name = known
    } else {
      nextStatement += 1
      name = "pgsyncd_\(nextStatement)"
      let text = sql()
      try attempt("preparing a statement") { () throws(PostgresError) in try connection.sendPrepare(name: name, text) }
      awaited.append(Awaited(table: table, expectation: .success))
      statements[key] = name
    }
    try attempt("sending a statement") { () throws(PostgresError) in
      try connection.sendPrepared(name: name, parameters)
    }
    awaited.append(Awaited(table: table, expectation: expectation))
  }

  /// Waits for all answers.
  ///
  /// - Throws: ``ApplyFailure`` if the target refused a statement, ``SyncError`` if the connection is of no use any more.
  func collect() throws {
    guard isPipelining else { return }
    try attempt("waiting for the target") { () throws(PostgresError) in try connection.pipelineSync() }
    var failure: ApplyFailure?
    var next = 0
    loop: while true {
      let result: PipelineResult
      do { result = try connection.nextPipelineResult() } catch {
        throw SyncError.postgres(error, during: "waiting for the target")
      }
      switch result {
      case .sync, .none: break loop
      case .aborted: next += 1
      case .error(let error):
        if failure == nil { failure = ApplyFailure(table: awaited[next].table, error: error) }
        next += 1
      case .command(let rowsAffected, let rows):
        defer { next += 1 }
        switch awaited[next].expectation {
        case .success: break
        case .rows(let expected):
          if let table = awaited[next].table, rowsAffected < expected {
            missingRows[table, default: 0] += expected - rowsAffected
          }
        case .affected(let read): read(rowsAffected)
        case .value(let read):
          guard let rows else { preconditionFailure("a statement that returns a value was expected") }
          if failure == nil { try read(rows) }
        }
      }
    }
    awaited.removeAll(keepingCapacity: true)
    if let failure { throw failure }
  }

  /// Runs `body` outside of the pipeline, after all answers have been collected: for COPY and for reading the catalog.
  func outsidePipeline<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
    try collect()
    if isPipelining {
      try attempt("leaving the pipeline") { () throws(PostgresError) in try connection.exitPipelineMode() }
      isPipelining = false
    }
    return try body(connection)
  }

  /// Ends the unit: all that was sent becomes visible, or nothing.
  ///
  /// - Returns: the target's WAL position after the commit, and how far the target has flushed.
  func commit() throws -> (insert: LSN, flush: LSN) {
    try send("COMMIT")
    var insert = LSN.zero
    var flush = LSN.zero
    parameters.removeAll()
    try send(
      StatementKey(plan: 0, kind: .walPosition), table: nil,
      expecting: .value { (rows) throws(SyncError) in
        guard let first = rows[0, 0].flatMap(LSN.init), let second = rows[0, 1].flatMap(LSN.init) else {
          throw .catalog("pg_current_wal_insert_lsn returned no position")
        }
        (insert, flush) = (first, second)
      }
    ) { "SELECT pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn()" }
    try collect()
    isInTransaction = false
    return (insert, flush)
  }

  /// Takes the unit back. All statements are prepared anew afterwards: what failed may have been a stale one.
  func rollback() throws {
    awaited.removeAll()
    missingRows = [:]
    isInTransaction = false
    statements = [:]
    do {
      if isPipelining {
        while connection.pipelineDepth > 0 {
          if case .none = try connection.nextPipelineResult() { break }
        }
        try connection.exitPipelineMode()
        isPipelining = false
      }
      try connection.execute("ROLLBACK")
      try connection.execute("DEALLOCATE ALL")
    } catch {
      throw SyncError.postgres(error, during: "rolling back")
    }
  }

  /// Forgets the statements of a plan that is not used any more.
  func forget(plan: Int) throws(SyncError) {
    for (key, name) in statements where key.plan == plan {
      statements[key] = nil
      try send("DEALLOCATE " + name)
    }
  }

  /// The rows that updates and deletes did not find, by table, since the last call.
  func takeMissingRows() -> [OID: Int] {
    defer { missingRows = [:] }
    return missingRows
  }

  private func enterPipeline() throws(SyncError) {
    guard !isPipelining else { return }
    try attempt("entering the pipeline") { () throws(PostgresError) in try connection.enterPipelineMode() }
    isPipelining = true
  }

  private func attempt(_ what: String, _ body: () throws(PostgresError) -> Void) throws(SyncError) {
    do { try body() } catch { throw .postgres(error, during: what) }
  }
}
