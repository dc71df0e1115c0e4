import LibPQ
import LogicalReplication
import PostgresTypes

/// One thread of a first copy: takes pieces until none is left, each in a transaction of its own on the target.
struct CopyWorker {
  private let job: CopyJob
  private let source: PostgresConnection
  private let target: PostgresConnection
  private let catalog: PipelineCatalog

  /// Rows are handed on in portions: a message of the protocol for every row would cost the target as much as the row.
  private static let portionBytes = 64 * 1024

  /// Connects to both sides.
  private init(_ job: CopyJob, number: Int) throws(SyncError) {
    let context = job.context
    let role = "copy-\(number)"
    (source, target) = try SyncError.during("connecting for the first copy") { () throws(PostgresError) in
      (try SourceSnapshot.connect(context, role: role), try ApplyConnection(context, role: role).connection)
    }
    self.job = job
    catalog = PipelineCatalog(target, pipeline: context.options.pipeline)
  }

  /// The body of the thread. Failures go to the job's cancellation, which ends the other workers.
  static func run(_ job: CopyJob, number: Int) {
    do {
      let worker = try CopyWorker(job, number: number)
      defer {
        worker.source.close()
        worker.target.close()
      }
      try job.cancellation.whileCancellable([worker.source.cancelHandle, worker.target.cancelHandle]) {
        () throws(SyncError) in try worker.run()
      }
    } catch {
      job.cancellation.cancel(job.context.isStopping ? .stopped : .failed(error))
    }
  }

  private func run() throws(SyncError) {
    try SyncError.during("taking over the snapshot of the slot") { () throws(PostgresError) in
      try SourceSnapshot.begin(source, snapshot: job.snapshot)
    }
    while let piece = job.queue.next() {
      try job.checkCancellation()
      let table = job.tables[piece.table]
      let format = CopyFormat.best(for: table, versions: (source.serverVersion, target.serverVersion))
      let statements = CopyStatements(table: table, format: format)
      try checkExactness(statements, piece)
      try begin(table)
      let rows = try statements.isWithoutColumns ? copyCount(statements, piece) : copyRows(statements, piece)
      try commit(table, rows: rows)
      if let total = job.queue.finish(piece) { job.context.tell(.copied(table: table.source.name, rows: total)) }
    }
  }

  // MARK: The target's transaction

  /// Notes that rows of ours may be in the table, before the first of them is, and begins a transaction.
  ///
  /// The note is a transaction of its own, so that the pieces of one table do not wait for each other's commits. It comes
  /// before the rows in the target's log, so no crash keeps them without it.
  private func begin(_ table: CopyTable) throws(SyncError) {
    try onTarget(table) { () throws(PostgresError) in
      try target.query(
        """
        UPDATE pgsyncd.tables SET state = 'copying'
        WHERE pipeline = $1 AND source_oid = $2::oid AND state = 'pending'
        """, [catalog.pipeline, table.source.oid.description])
      try target.execute("BEGIN")
    }
  }

  private func commit(_ table: CopyTable, rows: Int) throws(SyncError) {
    let leader = try onTarget(table) { () throws(PostgresError) in
      try target.query(
        """
        UPDATE pgsyncd.table_counters SET rows_copied = rows_copied + $3::bigint
        WHERE pipeline = $1 AND source_oid = $2::oid
        """, [catalog.pipeline, table.source.oid.description, String(rows)])
      return try LeadershipLock(pipeline: catalog.pipeline).holder(target)
    }
    // Who takes the lead empties the tables first, and to do that waits for the lock that this transaction has on its
    // table: either the rows are gone again, or the new leader is seen here.
    guard leader == job.leader else { throw .fenced }
    try onTarget(table) { () throws(PostgresError) in try target.execute("COMMIT") }
  }

  // MARK: Rows

  private func copyCount(_ statements: CopyStatements, _ piece: CopyPiece) throws(SyncError) -> Int {
    let count = try onSource(statements.table) { () throws(PostgresError) -> Int64 in
      try source.query(statements.count(piece)).onlyRow().integer(0)
    }
    try onTarget(statements.table) { () throws(PostgresError) in
      try target.execute(statements.insertEmptyRows(count))
    }
    job.advance(piece.table, rows: Int(count), bytes: 0)
    return Int(count)
  }

  private func copyRows(_ statements: CopyStatements, _ piece: CopyPiece) throws(SyncError) -> Int {
    let table = statements.table
    try onSource(table) { () throws(PostgresError) in try source.startCopyOut(statements.copyOut(piece)) }
    try onTarget(table) { () throws(PostgresError) in try target.copyIn(statements.copyIn()) }
    var portion: [UInt8] = []
    portion.reserveCapacity(2 * Self.portionBytes)
    var rows = 0
    var toldRows = 0
    while true {
      let isMore = try onSource(table) { () throws(PostgresError) in
        guard let row = try source.nextCopyRow() else { return false }
        portion.append(contentsOf: row)
        return true
      }
      if isMore { rows += 1 }
      guard !isMore || portion.count >= Self.portionBytes else { continue }
      try job.checkCancellation()
      try onTarget(table) { () throws(PostgresError) in
        try portion.withUnsafeBufferPointer { (bytes) throws(PostgresError) in
          try target.putCopyData(UnsafeRawBufferPointer(bytes))
        }
      }
      guard isMore else { break }
      job.advance(piece.table, rows: rows - toldRows, bytes: portion.count)
      toldRows = rows
      portion.removeAll(keepingCapacity: portion.count <= 2 * Self.portionBytes)
    }
    let sent = try onSource(table) { () throws(PostgresError) in try source.endCopyOut() }
    let taken = try onTarget(table) { () throws(PostgresError) in try target.endCopyIn() }
    if sent != taken {
      job.context.tell(
        .warning(
          "the source sent \(sent) rows of \(table.source.name) and the target took \(taken): a trigger there keeps "
            + "rows out"))
    }
    // The messages that were counted are one more than the rows if the end of the data was one of them.
    job.advance(piece.table, rows: taken - toldRows, bytes: portion.count)
    return taken
  }

  private func checkExactness(_ statements: CopyStatements, _ piece: CopyPiece) throws(SyncError) {
    let name = statements.table.source.name
    for (column, sql) in statements.exactnessChecks(piece) {
      let isInexact = try onSource(statements.table) { () throws(PostgresError) in
        try source.query(sql).onlyRow().flag(0)
      }
      guard isInexact else { continue }
      throw .refused(
        what: "\(name) cannot be copied",
        why: "values of its column \(SQLIdentifier.quoted(column)) do not survive the cast to the target's type, and "
          + "type_mismatches is cast_if_exact",
        fix: "change the type of the target's column, or allow the loss with "
          + "--allow-type-cast=\(name).\(SQLIdentifier.quoted(column)):TYPE")
    }
  }

  // MARK: Errors

  private func onSource<Value>(
    _ table: CopyTable, _ body: () throws(PostgresError) -> Value
  ) throws(SyncError) -> Value {
    do { return try body() } catch {
      throw .copying(table.source.name, error, grant: "SELECT ON TABLE \(table.source.name)", side: "source")
    }
  }

  private func onTarget<Value>(
    _ table: CopyTable, _ body: () throws(PostgresError) -> Value
  ) throws(SyncError) -> Value {
    do { return try body() } catch {
      throw .copying(table.target.name, error, grant: "SELECT, INSERT ON TABLE \(table.target.name)", side: "target")
    }
  }
}
