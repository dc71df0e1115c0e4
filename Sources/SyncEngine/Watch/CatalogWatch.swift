import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

/// Looks at both catalogs for what the stream does not say, and finds out what it means.
///
/// Owned by the control thread; the target is read over that thread's connection, the source over one of its own, so that
/// the stream never waits for it. A look costs one query a side as long as nothing has changed; only the tables that have
/// are read in full and judged. What comes of it is acted upon by the apply thread (``WatchedChange``).
final class CatalogWatch {
  /// The catalogs as they were before the tables of a session were read: what changes from then on, the watch sees.
  struct Beginning: Sendable {
    /// The source's.
    var source: CatalogMarks
    /// The target's.
    var target: CatalogMarks

    /// Reads both catalogs.
    init(source: PostgresConnection, target: PostgresConnection, publication: String) throws(PostgresError) {
      self.source = try CatalogMarks(source, publication: publication)
      self.target = try CatalogMarks(target, publication: nil)
    }
  }

  private let context: PipelineContext
  private let mailbox: ControlMailbox
  private let publication: String
  private var connection: PostgresConnection?
  private var source: CatalogMarks
  private var target: CatalogMarks
  /// What is stored of each table, or on its way to be; nil until the first look.
  private var watched: [OID: WatchedTable]?
  /// Tables of the source that were looked at and do not belong to the pipeline, with their membership then.
  var strangers: [OID: OID?] = [:]
  /// Tables whose comparison could not be made, or was overtaken.
  private var unjudged: Set<OID> = []

  init(_ context: PipelineContext, mailbox: ControlMailbox, beginning: Beginning) {
    self.context = context
    self.mailbox = mailbox
    publication = context.options.publication
    source = beginning.source
    target = beginning.target
  }

  /// Looks once.
  ///
  /// - Parameters:
  ///   - catalog: over a connection to the target with nothing under way.
  ///   - transaction: a transaction of the stream whose DDL is to be seen.
  func look(_ catalog: PipelineCatalog, after transaction: TransactionID? = nil) throws {
    do {
      if let transaction, try !openSource().waitUntilVisible(transaction) {
        // It will be seen at the next look.
        context.tell(.warning("the source does not show transaction \(transaction) of the stream yet"))
      }
      // What was done to the source by one look, the next one sees.
      if try look(catalog, over: openSource()) { _ = try look(catalog, over: openSource()) }
    } catch {
      connection?.close()
      connection = nil
      throw error
    }
  }

  /// Closes the connection to the source.
  func close() { connection?.close() }

  private func openSource() throws(PostgresError) -> PostgresConnection {
    if let connection, connection.isAlive { return connection }
    // A table that is locked for long must not keep the watch from the others for longer than this.
    let session = SessionOptions.pinned.adding("statement_timeout", "30000").adding("lock_timeout", "2000")
    let connection = try PostgresConnection(
      context.options.source, applicationName: context.applicationName("watch"), session: session,
      interruption: context.interruption)
    self.connection = connection
    return connection
  }

  private func look(_ catalog: PipelineCatalog, over sourceConnection: PostgresConnection) throws -> Bool {
    unjudged.formUnion(mailbox.takeOvertaken())
    let isTargetMoved = try CatalogMarks.totals(catalog.connection, nil) != target.totals
    let isSourceMoved = try CatalogMarks.totals(sourceConnection, publication) != source.totals
    let isFirst = watched == nil
    guard isFirst || isTargetMoved || isSourceMoved || !unjudged.isEmpty else { return false }

    var round = WatchRound(former: (source, target))
    if isTargetMoved { round.target = try CatalogMarks(catalog.connection, publication: nil) }
    round.records = try catalog.watchedRecords()
    let stored: [OID: WatchedTable]
    if let watched { stored = watched } else { stored = try catalog.watchedTables() }
    round.again = unjudged
    try sourceConnection.inOneSnapshot { (snapshot) throws(PostgresError) in
      if isSourceMoved { round.source = try CatalogMarks(snapshot, publication: publication) }
      round.noteUncarried(stored)
      try round.choose(source: snapshot, target: catalog.connection)
      (round.tables, round.sent) = try TableIntrospector(snapshot).tables(
        oids: Array(round.chosen), publishedBy: publication)
      round.position = try CatalogMarks.position(snapshot)
    }
    // Before anything of this round can have been accepted.
    let accepted = try catalog.tables(round.chosen)
    for record in accepted { round.accepted[record.sourceOID] = record.sourceSchema }
    for oid in round.changedTargets { mailbox.post(.forgetTarget(oid)) }
    unjudged = try judge(round, accepted, catalog)
    watched = try compare(round, stored, catalog, sourceConnection)
    let hasAdded = try WatchedStrangers(context: context, mailbox: mailbox, source: sourceConnection, catalog: catalog)
      .look(round, &strangers)
    if context.live.autoResume, isTargetMoved || isSourceMoved || isFirst { try resumeStopped(round, catalog) }
    source = round.source
    target = round.target
    return hasAdded
  }

  // MARK: Shapes

  /// Compares the two sides of what has changed.
  ///
  /// - Returns: the tables that have to be looked at again, because at present their changes are parked.
  private func judge(
    _ round: WatchRound, _ records: [TableRecord], _ catalog: PipelineCatalog
  ) throws -> Set<OID> {
    var later: Set<OID> = []
    let names = Set(records.map(\.name) + round.tables.values.map(\.name))
    let targets = try TableIntrospector(catalog.connection).tables(named: Array(names))
    for record in records {
      guard let source = round.tables[record.sourceOID], round.sent.contains(record.sourceOID) else { continue }
      guard record.state == .streaming else {
        if record.state != .stopped { later.insert(record.sourceOID) }
        continue
      }
      let began = ContinuousClock.now
      let compared = Judgement(
        source: source, target: targets.first { $0.name == source.name }, baseline: record.sourceSchema,
        policy: context.policies.policy(for: record.name, stored: record.overrides),
        acceptedTarget: record.targetSchema,
        formerTarget: source.name == record.name ? nil : targets.first { $0.name == record.name })
      let verdict = compared.verdict()
      context.tell(.schemaValidated(verdict, since: began))
      let judgement = WatchedJudgement(judgement: compared, verdict: verdict, baseline: record.sourceFingerprint)
      guard judgement.isNews(to: record) else { continue }
      if context.observation.latest.appliedLSN < round.position, source != record.sourceSchema {
        let note = CatalogAhead.note(round.position)
        try catalog.noteAhead(record.sourceOID, note, besides: record.warnings)
      }
      mailbox.post(
        .watched(WatchedChange(table: record.sourceOID, position: round.position, action: .judged(judgement))))
    }
    return later
  }

  // MARK: What the stream never carries

  private func compare(
    _ round: WatchRound, _ stored: [OID: WatchedTable], _ catalog: PipelineCatalog, _ connection: PostgresConnection
  ) throws -> [OID: WatchedTable] {
    let comparison = WatchedComparison(round: round, connection: connection)
    var watched: [OID: WatchedTable] = [:]
    var quiet: [OID: WatchedTable] = [:]
    for record in round.records {
      let oid = record.sourceOID
      guard let now = round.watched[oid] else {
        if let former = stored[oid] {
          watched[oid] = former
          guard former.membership != nil else { continue }
          // The table is gone, once and for all.
          watched[oid]?.membership = nil
          watched[oid]?.position = round.position
          post(oid, [WatchedRepair.Cause(text: WatchedText.tableDropped)], former: former, watched, round)
        }
        continue
      }
      guard let former = stored[oid] else {
        watched[oid] = now
        quiet[oid] = now
        continue
      }
      if now.isSame(as: former) {
        watched[oid] = former
        if !record.isWatched { quiet[oid] = former }
        continue
      }
      watched[oid] = now
      let causes = try comparison.causes(record, from: former, to: now)
      if causes.isEmpty { quiet[oid] = now } else { post(oid, causes, former: former, watched, round) }
    }
    try catalog.setWatched(quiet)
    return watched
  }

  private func post(
    _ table: OID, _ causes: [WatchedRepair.Cause], former: WatchedTable, _ watched: [OID: WatchedTable],
    _ round: WatchRound
  ) {
    guard let now = watched[table] else { return }
    mailbox.post(
      .watched(
        WatchedChange(
          table: table, position: round.position, action: .repair(WatchedRepair(causes: causes, watched: now)))))
  }

  // MARK: Stopped tables

  /// Lets tables go on whose mismatch is gone.
  private func resumeStopped(_ round: WatchRound, _ catalog: PipelineCatalog) throws {
    let stopped = round.records.filter { $0.state == .stopped && $0.stopKind == .schemaMismatch }
    guard !stopped.isEmpty else { return }
    let judge = ShapeJudge(context, role: "watch judge")
    defer { judge.close() }
    for record in try catalog.tables(Set(stopped.map(\.sourceOID))) {
      let began = ContinuousClock.now
      let judgement = ResumeJudgement(
        target: catalog.connection, pipeline: catalog.pipeline,
        policy: context.policies.policy(for: record.name, stored: record.overrides), sourceTable: judge.sourceTable)
      guard case .mayResume(let verdict) = try judgement.judge(record) else { continue }
      context.tell(.schemaValidated(verdict, since: began))
      mailbox.post(.resume(record.sourceOID, request: nil))
    }
  }
}
