import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Reads columns of a table again from the source, while all other tables stream: one attempt.
///
/// What makes it right under traffic is that the target's table is brought to the very place in the stream at which the
/// columns are read. The table catches up, so all its changes are parked:
/// ```
/// source   snapshot at C: it contains exactly the transactions that commit before C
/// stream   passes C, so everything before C is parked or applied
/// target   parked changes before C are applied: now the table is as the source's was at C, but for what was never sent
///          BEGIN; the columns of the rows by key, as the snapshot has them; COMMIT: now it is the same at C
///          parked changes after C are applied, and the table streams
/// ```
/// Written at any other place, a value from the snapshot would be overwritten by an older one of a parked change, or miss a
/// row whose key changed meanwhile. A process that dies before the commit leaves the table catching up with its columns
/// still to be read; the next attempt makes another snapshot.
struct ColumnBackfill {
  /// How an attempt ended.
  enum Outcome: Sendable {
    /// The columns are equal.
    case done
    /// Nobody waits for it any more.
    case superseded
    /// A parked change before the snapshot's place stopped the table.
    case stopped
    /// The schemas do not fit.
    case blocked(CompatibilityVerdict)
  }

  let context: PipelineContext
  let table: OID
  let cancellation: CopyCancellation
  /// The target's backend that holds the pipeline's lock.
  let leader: Int32

  private static let pollMilliseconds: Int32 = 50

  /// Makes the attempt.
  func run() throws(SyncError) -> Outcome {
    let writer = try SyncError.during("connecting to the target") { () throws(PostgresError) in
      try ApplyConnection(context, role: "copy")
    }
    let target = writer.connection
    defer { target.close() }
    let catalog = PipelineCatalog(target, pipeline: context.options.pipeline)
    guard let record = try waitingRecord(catalog) else { return .superseded }
    let source = try TableSnapshot(of: record, context, cancellation: cancellation)
    defer { source.close() }
    return try cancellation.whileCancellable([source.cancelHandle, target.cancelHandle]) { () throws(SyncError) in
      try wait(for: source.position, catalog)
      switch try drain(record, to: source.position, writer) {
      case .reachedEnd: break
      case .stopped: return .stopped
      case .almostDone, .interrupted: throw .restart("reading columns again was ended")
      }
      // Draining may have accepted another shape.
      guard let record = try waitingRecord(catalog) else { return .superseded }
      return try write(record, source, writer, catalog)
    }
  }

  private func waitingRecord(_ catalog: PipelineCatalog) throws(SyncError) -> TableRecord? {
    do {
      guard let record = try catalog.table(table), record.state == .catchingUp, !record.backfillColumns.isEmpty else {
        return nil
      }
      return record
    } catch .postgres(let error) {
      throw .postgres(error, during: "reading the catalog")
    } catch {
      throw .catalog(error.description)
    }
  }

  /// Waits until the stream has passed a place: then everything before it is parked.
  private func wait(for position: LSN, _ catalog: PipelineCatalog) throws(SyncError) {
    let pause = WakeUp()
    while true {
      guard cancellation.reason == nil else { throw .restart("reading columns again was ended") }
      let progress = try SyncError.during("reading the progress") { () throws(PostgresError) in
        try catalog.progress().first?.appliedLSN
      }
      if let progress, progress >= position { return }
      // The stream's progress is a row of the target: there is nothing to be woken by.
      pause.wait(milliseconds: Self.pollMilliseconds)
    }
  }

  private func drain(
    _ record: TableRecord, to position: LSN, _ writer: ApplyConnection
  ) throws(SyncError) -> ParkedDrain.End {
    do {
      return try ParkedDrain(context: context, open: writer, record: record).run(to: position) {
        cancellation.reason != nil
      }
    } catch let error as SyncError {
      throw error
    } catch let error as PostgresError {
      throw .postgres(error, during: "applying parked changes of \(record.name)")
    } catch let error as ApplyFailure {
      throw SyncError(error)
    } catch {
      throw .catalog("\(error)")
    }
  }

  private func write(
    _ record: TableRecord, _ source: TableSnapshot, _ writer: ApplyConnection, _ catalog: PipelineCatalog
  ) throws(SyncError) -> Outcome {
    let target = writer.connection
    let names = record.backfillColumns + record.staleColumns
    let what = "reading columns of \(record.name) again"
    try SyncError.during(what) { () throws(PostgresError) in try target.execute("BEGIN") }
    let (verdict, found) = try judge(record, source.table, target)
    guard let found, verdict.outcome != .blocked else { return .blocked(verdict) }
    let table = CopyTable(source: source.table, target: found, verdict: verdict)
    guard let update = BackfillStatements(table, columns: names) else {
      throw .refused(
        what: "the columns of \(record.name) cannot be read again",
        why: "the target has no unique key over columns that the source fills, so nobody can tell the rows apart",
        fix: "copy the table anew: pgsyncd resync --table \(SQLLiteral.shellQuoted(record.name.description))")
    }
    if !update.columns.isEmpty {
      try SyncError.during(what) { () throws(PostgresError) in try target.execute(update.createStaging) }
      let transfer = source.transfer(update.staged, to: target, context, cancellation)
      try transfer.requireExactness()
      _ = try transfer.run()
      try SyncError.during(what) { () throws(PostgresError) in
        // Nobody has looked at these rows yet, and the plan of the update should.
        try target.execute("ANALYZE \(BackfillStatements.staging)")
        try target.execute(update.write)
      }
    }
    return try SyncError.during(what) { () throws(PostgresError) -> Outcome in
      let targetTable = found
      try catalog.accept(
        record.sourceOID, schema: source.table, target: targetTable, wireShape: nil, warnings: verdict.warnings,
        acceptedLosses: verdict.acceptedLosses)
      guard try catalog.endBackfill(record, at: source.position),
        try LeadershipLock(pipeline: catalog.pipeline).holder(target) == leader
      else {
        try target.execute("ROLLBACK")
        return .superseded
      }
      try target.execute("COMMIT")
      return .done
    }
  }

  private func judge(
    _ record: TableRecord, _ source: TableSchema, _ target: PostgresConnection
  ) throws(SyncError) -> (CompatibilityVerdict, TableSchema?) {
    try SyncError.during("judging \(source.name)") { () throws(PostgresError) in
      if let found = try TableIntrospector(target).tables(named: [source.name]).first {
        try target.execute(
          "LOCK TABLE \(CopyTable(source: source, target: found, columns: []).targetRelation) IN ROW EXCLUSIVE MODE",
          label: "locking \(found.name) on the target")
      }
      var judgement = Judgement(
        source: source, target: nil, baseline: record.sourceSchema,
        policy: context.policies.policy(for: record.name, stored: record.overrides),
        acceptedTarget: record.targetSchema, isBackfillRequested: true)
      try judgement.lookUpTarget(on: target)
      return (judgement.verdict(), judgement.target)
    }
  }
}
