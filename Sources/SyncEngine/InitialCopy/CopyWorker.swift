import LibPQ
import LogicalReplication
import PostgresTypes

/// One thread of a first copy: takes pieces until none is left, each in a transaction of its own on the target.
struct CopyWorker {
  private let job: CopyJob
  private let source: PostgresConnection
  private let target: PostgresConnection
  private let catalog: PipelineCatalog

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
      let transfer = RowTransfer(
        source: source, target: target, statements: statements, piece: piece,
        check: { () throws(SyncError) in try job.checkCancellation() },
        advance: { rows, bytes in job.advance(piece.table, rows: rows, bytes: bytes) }, tell: job.context.tell)
      try transfer.requireExactness()
      try begin(table)
      let rows = try transfer.run()
      let leftOut = try transfer.countLeftOut()
      try onTarget(table) { () throws(PostgresError) in try catalog.addLeftOut(leftOut, table.source.oid) }
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

  // MARK: Errors

  private func onTarget<Value>(
    _ table: CopyTable, _ body: () throws(PostgresError) -> Value
  ) throws(SyncError) -> Value {
    do { return try body() } catch {
      throw .copying(table.target.name, error, grant: "SELECT, INSERT ON TABLE \(table.target.name)", side: "target")
    }
  }
}
