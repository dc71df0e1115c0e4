import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Replaces the rows of one table on the target by those of the source, while all other tables stream: one attempt.
///
/// Before it begins, the table is `copying` in the catalog and in the router, so from some place in the stream on all its
/// changes are parked. What follows happens in this order:
/// ```
/// source   snapshot at C: it contains exactly the transactions that commit before C; parked since before C
/// source   lock the table as a SELECT does; it has to be now as it is in the snapshot, else the attempt is begun anew
/// target   BEGIN; lock the table as a DELETE does; judge; delete all rows; COPY
///          state catching_up, applied up to C, parked changes before C dropped; COMMIT
/// ```
/// The last step makes rows and state visible together. Readers see the old rows until then and the new ones from then on,
/// which TRUNCATE would not let them, and which also works where foreign keys refer to the table. A process that dies
/// before that leaves the old rows, the parked changes and `copying`, and the next one begins anew. Afterwards the table
/// is like one that resumes: parked changes are applied in order of commit, those before C are skipped, and it is
/// handed over to the stream when the stream itself has passed C.
///
/// C is a place of the log, not of the clock: order is that of commits everywhere.
struct TableCopy {
  /// How an attempt ended.
  enum Outcome: Sendable {
    /// The rows are there, and the table catches up.
    case copied
    /// The table is not waiting for this copy any more.
    case superseded
    /// The schemas do not fit.
    case blocked(CompatibilityVerdict)
  }

  let context: PipelineContext
  let order: TableCopyOrder
  let cancellation: CopyCancellation
  /// The target's backend that holds the pipeline's lock.
  let leader: Int32

  /// Makes the attempt.
  func run() throws(SyncError) -> Outcome {
    let writer = try during("connecting to the target") { () throws(PostgresError) in
      try ApplyConnection(context, role: "copy")
    }
    let target = writer.connection
    defer { target.close() }
    return try cancellation.whileCancellable([target.cancelHandle]) { () throws(SyncError) in
      let catalog = PipelineCatalog(target, pipeline: context.options.pipeline)
      guard let record = try recordOfCopy(catalog) else { return .superseded }
      let source = try TableSnapshot(of: record, context, cancellation: cancellation)
      defer { source.close() }
      return try cancellation.whileCancellable([source.cancelHandle]) { () throws(SyncError) in
        try copy(record, source, writer, catalog)
      }
    }
  }

  private func recordOfCopy(_ catalog: PipelineCatalog) throws(SyncError) -> TableRecord? {
    do {
      guard let record = try catalog.table(order.table), record.state == .copying else { return nil }
      return record
    } catch .postgres(let error) {
      throw .postgres(error, during: "reading the catalog")
    } catch {
      throw .catalog(error.description)
    }
  }

  private func copy(
    _ record: TableRecord, _ source: TableSnapshot, _ writer: ApplyConnection, _ catalog: PipelineCatalog
  ) throws(SyncError) -> Outcome {
    let target = writer.connection
    try during("beginning the copy of \(record.name)") { () throws(PostgresError) in try target.execute("BEGIN") }
    let (verdict, targetTable) = try judge(record, source.table, target)
    guard let targetTable, verdict.outcome != .blocked else {
      return .blocked(verdictOnRowsThatStay(record, source.table, targetTable) ?? verdict)
    }
    let copied = CopyTable(source: source.table, target: targetTable, verdict: verdict)
    let rows = try replaceRows(copied, verdict, source, writer)
    return try during("recording the copy of \(record.name)") { () throws(PostgresError) -> Outcome in
      let isRecorded = try catalog.endCopy(record, at: source.position, copied: copied, verdict: verdict, rows: rows)
      // Whoever has taken the lead copies by itself.
      guard isRecorded, try LeadershipLock(pipeline: catalog.pipeline).holder(target) == leader else {
        try target.execute("ROLLBACK")
        return .superseded
      }
      try target.execute("COMMIT")
      context.tell(.copied(table: copied.source.name, rows: Int64(rows)))
      return .copied
    }
  }

  /// Without the copy the rows that are there stay, so what is shown to the operator must not drop what was only renamed.
  private func verdictOnRowsThatStay(
    _ record: TableRecord, _ source: TableSchema, _ target: TableSchema?
  ) -> CompatibilityVerdict? {
    guard record.sourceSchema.oid == source.oid else { return nil }
    let verdict = Judgement(
      source: source, target: target, baseline: record.sourceSchema,
      policy: context.policies.policy(for: record.name, stored: record.overrides), acceptedTarget: record.targetSchema
    ).verdict()
    return verdict.outcome == .blocked ? verdict : nil
  }

  /// Judges the two tables, the target's being locked, so that the verdict holds until the commit.
  private func judge(
    _ record: TableRecord, _ source: TableSchema, _ target: PostgresConnection
  ) throws(SyncError) -> (CompatibilityVerdict, TableSchema?) {
    try during("judging \(source.name)") { () throws(PostgresError) in
      var table = try TableIntrospector(target).tables(named: [source.name]).first
      if let found = table {
        try target.execute(
          "LOCK TABLE \(CopyTable(source: source, target: found, columns: []).targetRelation) IN ROW EXCLUSIVE MODE",
          label: "locking \(found.name) on the target")
        table = try TableIntrospector(target).tables(named: [source.name]).first
      }
      let policy = context.policies.policy(for: record.name, stored: record.overrides)
      let began = ContinuousClock.now
      let verdict = Judgement(copying: source, over: table, after: record, policy: policy).verdict()
      context.tell(.schemaValidated(verdict, since: began))
      return (verdict, table)
    }
  }

  private func replaceRows(
    _ table: CopyTable, _ verdict: CompatibilityVerdict, _ source: TableSnapshot, _ writer: ApplyConnection
  ) throws(SyncError) -> Int {
    let target = writer.connection
    try requireDeletable(table, writer)
    let kept = try saveKeptColumns(table, verdict, target)
    do { try target.execute("DELETE FROM \(table.targetRelation)", label: "deleting the old rows") } catch {
      throw .copying(table.target.name, error, grant: "DELETE ON TABLE \(table.target.name)", side: "target")
    }
    let transfer = source.transfer(table, to: target, context, cancellation)
    try transfer.requireExactness()
    let rows = try transfer.run()
    let leftOut = try transfer.countLeftOut()
    try during("counting what is left out of \(table.source.name)") { () throws(PostgresError) in
      try PipelineCatalog(target, pipeline: context.options.pipeline).addLeftOut(leftOut, table.source.oid)
    }
    if let kept, !kept.key.isEmpty {
      try during("putting the values of columns that only the target has back") { () throws(PostgresError) in
        try target.execute(kept.restore)
      }
    }
    return rows
  }

  /// Refuses a table whose rows may not be deleted for the moment it takes to replace them.
  private func requireDeletable(_ table: CopyTable, _ writer: ApplyConnection) throws(SyncError) {
    let target = writer.connection
    let name = table.target.name
    let (isFilled, referring) = try during("looking at \(name) on the target") { () throws(PostgresError) in
      let isFilled = try target.query("SELECT EXISTS (SELECT FROM \(table.targetRelation))").onlyRow().flag(0)
      let result = try target.query(
        """
        SELECT DISTINCT conrelid::regclass::text FROM pg_constraint
        WHERE confrelid = $1::oid AND conrelid <> confrelid AND contype = 'f' ORDER BY 1
        """, [table.target.oid.description])
      var referring: [String] = []
      for row in result.rows { referring.append(try row.text(0)) }
      return (isFilled, referring)
    }
    guard isFilled else { return }
    if order.need == .first {
      throw .refused(
        what: "\(name) cannot be copied", why: "the target's table holds rows, and nobody asked to replace them",
        fix: "empty it, or replace its rows: pgsyncd resync --table \(SQLLiteral.shellQuoted(name.description))")
    }
    guard !writer.actsAsReplica, !referring.isEmpty else { return }
    throw .refused(
      what: "\(name) cannot be copied anew",
      why: "foreign keys of \(referring.joined(separator: ", ")) refer to it and act on what this role does: deleting "
        + "its rows would fail or delete theirs",
      fix:
        "as a superuser of the target, from PostgreSQL 15 on: GRANT SET ON PARAMETER session_replication_role TO the "
        + "role that pgsyncd connects as; or drop these foreign keys for the time of the copy")
  }

  /// Puts aside what only the target has.
  private func saveKeptColumns(
    _ table: CopyTable, _ verdict: CompatibilityVerdict, _ target: PostgresConnection
  ) throws(SyncError) -> KeptColumns? {
    guard let kept = KeptColumns(table) else { return nil }
    let names = kept.columns.map(SQLIdentifier.quoted).joined(separator: ", ")
    guard kept.key.isEmpty else {
      do { try target.execute(kept.save, label: "putting values aside") } catch {
        guard error.sqlState == .insufficientPrivilege else {
          throw .postgres(error, during: "putting the values of \(names) aside")
        }
        throw .refused(
          what: "\(table.target.name) cannot be copied anew",
          why: "the values of \(names), which only the target has, cannot be put aside: \(error)",
          fix: "on the target: GRANT TEMPORARY ON DATABASE … TO the role that pgsyncd connects as")
      }
      return kept
    }
    let isValued = try during("looking for values of \(names)") { () throws(PostgresError) in
      try target.query(kept.hasValues).onlyRow().flag(0)
    }
    guard isValued else { return nil }
    let isPreserved = verdict.findings.contains { $0.reason == .sourceRemovedColumn }
    guard !isPreserved else {
      throw .refused(
        what: "\(table.target.name) cannot be copied anew",
        why: "the values of \(names) are to be preserved, and without a primary key nobody can tell to which row they "
          + "belong", fix: "add a primary key on the target, or drop the column there")
    }
    context.tell(
      .warning(
        "\(table.target.name): the values of \(names), which only the target has, are replaced by defaults: without a "
          + "primary key nobody can tell to which row they belong"))
    return nil
  }

  private func during<Value>(_ what: String, _ body: () throws(PostgresError) -> Value) throws(SyncError) -> Value {
    try SyncError.during(what, body)
  }
}
