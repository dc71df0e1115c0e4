import LibPQ
import PostgresTypes
import SchemaDrift

/// The steps of a start, from nothing to the first change.
struct PipelineStart {
  let context: PipelineContext

  /// Sets the pipeline up at its first start, as `pgsyncd setup` does: if a table is blocked, nothing is stored.
  ///
  /// A pipeline that was set up but never started is looked at again, because the schemas may have moved since. For one
  /// that streams only a choice of tables, a publication or a slot that contradicts the stored one is refused.
  ///
  /// - Throws: ``SetupError``.
  func setUpIfNeeded(_ target: PostgresConnection) throws {
    let catalog = PipelineCatalog(target, pipeline: context.options.pipeline)
    let record: PipelineRecord?
    do { record = try catalog.pipelineRecordIfAny() } catch {
      throw SyncError.postgres(error, during: "reading the catalog")
    }
    if let record, record.phase != .setUp {
      let conflicts = StoredChoice(record: record).conflicts(
        publication: context.options.publication, slot: context.options.slot, patterns: context.options.patterns)
      guard conflicts.isEmpty else { throw SetupError.refused(conflicts) }
      do { try catalog.migrate() } catch { throw SetupError.catalog(error) }
      return
    }
    context.tell(.activity("setting up"))
    let setup = try PipelineSetup.connecting(context.options)
    defer { setup.close() }
    let began = ContinuousClock.now
    let plan = try setup.plan()
    // The catalogs of both sides were read once for all tables: each has its share of that.
    let share = (ContinuousClock.now - began) / .seconds(1) / Double(max(plan.tables.count, 1))
    for table in plan.tables {
      let verdict = table.verdict
      context.tell(.schemaValidated(table: verdict.table, result: verdict.validationResult, seconds: share))
    }
    if let error = plan.error { throw error }
    if !context.options.noCopy {
      // The copy would refuse this too, but by then catalog and publication would have been created for nothing.
      try TargetTables(connection: target).requireEmpty(
        plan.tables.compactMap { table in
          table.target.map { CopyTable(source: table.source, target: $0, verdict: table.verdict) }
        })
    }
    for problem in plan.problems where problem.kind == .warning { context.tell(.warning(problem.lines[0])) }
    for table in plan.tables where table.verdict.outcome == .warning {
      context.tell(.tableWarning(table: table.verdict.table, findings: table.verdict.findings))
    }
    try setup.carryOut(plan)
  }

  /// Copies the tables at the first start, or takes an interrupted copy up.
  ///
  /// - Returns: false if the service was asked to end meanwhile.
  func copyIfNeeded(_ apply: ApplyConnection, _ source: PostgresConnection) throws -> Bool {
    let catalog = PipelineCatalog(apply.connection, pipeline: context.options.pipeline)
    guard let record = try catalog.pipelineRecord() else {
      throw SyncError.catalog("pipeline \(context.options.pipeline) is not there any more")
    }
    guard record.phase != .streaming else { return true }
    context.observation.update { $0.activity = "copying" }
    let records = try catalog.tables()
    let published = try publishedTables(source)
    let sources = Dictionary(published.map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
    let targets = try TableIntrospector(apply.connection).tables(named: records.map(\.name))
    var tables: [CopyTable] = []
    for record in records {
      guard let table = sources[record.sourceOID], let target = targets.first(where: { $0.name == table.name }) else {
        throw SyncError.refused(
          what: "\(record.name) is not on both sides any more", why: "it was there when the pipeline was set up",
          fix: "run pgsyncd setup again")
      }
      let verdict = Judgement(
        source: table, target: target, policy: context.policies.policy(for: table.name, stored: record.overrides)
      ).verdict()
      guard verdict.outcome != .blocked else {
        throw SyncError.refused(
          what: "the schemas of \(record.name) have drifted apart since the setup",
          why: verdict.error ?? "the comparison blocks it", fix: "run pgsyncd setup again, which shows the fix")
      }
      tables.append(CopyTable(source: table, target: target, verdict: verdict))
    }
    return try InitialSync(context: context, target: apply.connection).run(tables: tables)
  }

  /// Refuses to go on where it cannot be proved that the stream goes on where the target is.
  func checkContinuity(_ target: PostgresConnection, _ source: PostgresConnection) throws {
    try Continuity(options: context.options, source: source, target: target).check()
  }

  /// The tables that the publication sends now.
  func publishedTables(_ source: PostgresConnection) throws -> [TableSchema] {
    let published = try TableIntrospector(source).publishedTables(context.options.publication)
    guard !published.isEmpty else {
      throw SyncError.publicationSendsNothing(context.options.publication)
    }
    return published
  }

  /// Whether a table belongs to the pipeline, by the patterns that were stored at the setup.
  func chosenTables(_ target: PostgresConnection) throws -> (QualifiedName) -> Bool {
    guard let record = try PipelineCatalog(target, pipeline: context.options.pipeline).pipelineRecord() else {
      throw SyncError.catalog("pipeline \(context.options.pipeline) is not there any more")
    }
    guard let patterns = record.patterns else {
      throw SyncError.catalog(
        "the stored choice of tables is damaged: include_tables or exclude_tables in pgsyncd.pipelines holds something "
          + "that is no pattern; set it right by hand")
    }
    return patterns.choose
  }

  /// Where `--once` ends: what the source has on disk now.
  func goal(_ source: PostgresConnection) throws(PostgresError) -> LSN? {
    guard context.options.once else { return nil }
    let result = try source.query(
      "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END")
    return result[0, 0].flatMap(LSN.init)
  }
}
