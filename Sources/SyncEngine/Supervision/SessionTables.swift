import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The tables of a pipeline at the start of a session: read from the catalog, judged against both sides as they are now.
///
/// Every start judges before the first change, so a table that drifted while nobody looked stops before its first row.
/// The number of queries does not depend on the number of tables, but for those that are stopped.
struct SessionTables {
  /// Where changes go.
  private(set) var router = ChangeRouter()
  /// The tables that are catching up: they have parked changes to apply.
  private(set) var catchingUp: [OID] = []
  /// The tables whose copy beside the stream was interrupted: it is begun anew.
  private(set) var copying: [TableCopyOrder] = []
  /// The tables that are to be copied beside the stream, but whose copy has not begun.
  private(set) var toCopy: [TableCopyOrder] = []
  /// What happened meanwhile.
  private(set) var events: [PipelineEvent] = []

  private let catalog: PipelineCatalog
  private let policies: PolicyBook
  private let progress: LSN

  /// Reads and judges.
  ///
  /// - Parameters:
  ///   - published: the tables that the publication sends now.
  ///   - sourceTables: looks tables up in the source's catalog by their OIDs.
  ///   - resumesStopped: true at the start of the process: tables that were stopped by a mismatch which is gone go on.
  init(
    catalog: PipelineCatalog, policies: PolicyBook, progress: LSN, published: [TableSchema],
    isChosen: (QualifiedName) -> Bool,
    judge: ShapeJudge, resumesStopped: Bool
  ) throws {
    self.catalog = catalog
    self.policies = policies
    self.progress = progress
    let records = try catalog.tables()
    let parked = try lastChunks()
    let targets = try TableIntrospector(catalog.connection).tables(named: Self.targetNames(records, published))
    let sources = Dictionary(published.map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
    var known = Set(records.map(\.sourceOID))
    for record in records {
      var route = ChangeRouter.Route(
        sourceOID: record.sourceOID, name: record.name, state: record.state,
        lastChunk: parked[record.sourceOID]?.last ?? 0, isStopPlaced: record.stoppedAtLSN != nil)
      route.parkedBytes = parked[record.sourceOID]?.bytes ?? 0
      // What a new table brings before it is copied is parked: nobody has decided what becomes of it.
      route.awaitsCopy = record.copyNeed == .again
      judge[record.sourceOID] = ShapeJudge.Knowledge(record)
      switch record.state {
      case .streaming: try judgeStreaming(record, &route, sources, targets, judge, &known, published)
      case .stopped where resumesStopped && record.stopKind == .schemaMismatch && record.copyNeed != nil:
        try judgeCopied(record, &route, sources, targets)
      case .stopped
      where resumesStopped && (record.stopKind == .schemaMismatch || record.stopKind == .pendingApproval):
        try judgeStopped(record, &route, judge)
      case .catchingUp: catchingUp.append(record.sourceOID)
      case .copying:
        route.isStopPlaced = true
        copying.append(TableCopyOrder(table: record.sourceOID, name: record.name, need: record.copyNeed))
      case .pending:
        route.isStopPlaced = true
        toCopy.append(TableCopyOrder(table: record.sourceOID, name: record.name, need: record.copyNeed ?? .first))
      case .stopped: break
      }
      router.add(route)
    }
    for table in published where !known.contains(table.oid) && isChosen(table.name) {
      try admit(table, targets)
    }
  }

  private func policy(for record: TableRecord) -> DriftPolicy {
    policies.policy(for: record.name, stored: record.overrides)
  }

  private static func targetNames(_ records: [TableRecord], _ published: [TableSchema]) -> [QualifiedName] {
    Array(Set(records.map(\.name) + published.map(\.name)))
  }

  private func lastChunks() throws(PostgresError) -> [OID: (last: Int64, bytes: Int64)] {
    let result = try catalog.connection.query(
      """
      SELECT source_oid, max(chunk), sum(payload_bytes) FROM pgsyncd.parked_changes WHERE pipeline = $1
      GROUP BY source_oid
      """, [catalog.pipeline])
    var chunks: [OID: (last: Int64, bytes: Int64)] = [:]
    for row in result.rows { chunks[try row.oid(0)] = (try row.integer(1), try row.integer(2)) }
    return chunks
  }

  private mutating func judgeStreaming(
    _ record: TableRecord, _ route: inout ChangeRouter.Route, _ sources: [OID: TableSchema], _ targets: [TableSchema],
    _ judge: ShapeJudge, _ known: inout Set<OID>, _ published: [TableSchema]
  ) throws {
    guard let source = sources[record.sourceOID] else {
      if let successor = published.first(where: { $0.name == record.name }) {
        try replace(record, by: successor, &route, targets)
        known.insert(successor.oid)
      } else {
        events.append(
          .warning("\(record.name) is not in the publication any more: its changes do not arrive (publication_gap)"))
        try catalog.setNeedsRepair(record.sourceOID, ReasonCode.publicationGap.rawValue)
      }
      return
    }
    let began = ContinuousClock.now
    let target = targets.first { $0.name == source.name }
    let judgement = Judgement(
      source: source, target: target, baseline: record.sourceSchema, policy: policy(for: record),
      acceptedTarget: record.targetSchema,
      formerTarget: source.name == record.name ? nil : targets.first { $0.name == record.name })
    let verdict = judgement.verdict()
    events.append(.schemaValidated(verdict, since: began))
    let fingerprint = SchemaFingerprint(of: source)
    guard verdict.outcome != .blocked else {
      var stop = TableStop(verdict: verdict, lsn: nil)
      if let migration = judge.migrationPolicy.migration(for: judgement, verdict) {
        // The stream says where the change belongs; it is repeated on the target there, before the first such tuple.
        guard judge.migrationPolicy.requiresApproval else { return }
        stop = stop.waiting(for: migration, of: verdict)
      }
      try self.stop(record, &route, stop, new: fingerprint)
      return
    }
    let targetFingerprint = target.map { SchemaFingerprint(of: $0) }
    let hasOtherTarget = record.targetSchema.map { $0.oid != target?.oid } ?? false
    let hasOtherLosses = verdict.acceptedLosses.map(\.what) != record.acceptedLosses
    if fingerprint != record.sourceFingerprint || targetFingerprint != record.targetFingerprint || hasOtherTarget
      || hasOtherLosses || verdict.repair != nil
    {
      try catalog.accept(
        record.sourceOID, schema: source, target: target, wireShape: nil, warnings: verdict.warnings,
        acceptedLosses: verdict.acceptedLosses)
      let kept = record.overrides.keepingRemovedColumns(of: verdict)
      if kept != record.overrides {
        try catalog.setOverrides(record.sourceOID, kept)
        judge[record.sourceOID]?.overrides = kept
      }
      judge[record.sourceOID]?.acceptedLosses = verdict.acceptedLosses.map(\.what)
      if hasOtherTarget {
        try catalog.setNeedsRepair(record.sourceOID, ExistingRows.otherTarget)
      } else {
        try catalog.noteStale(record.sourceOID, verdict)
      }
      if fingerprint != record.sourceFingerprint {
        try catalog.insertDriftEvent(
          DriftEventRecord(
            sourceOID: record.sourceOID, name: source.name, oldFingerprint: record.sourceFingerprint,
            newFingerprint: fingerprint, verdict: verdict.outcome, reason: verdict.reason?.rawValue,
            message: verdict.messageLines))
      }
      if !verdict.findings.isEmpty { events.append(.tableWarning(table: source.name, findings: verdict.findings)) }
    }
    route.name = source.name
    judge[record.sourceOID]?.baseline = source
    judge[record.sourceOID]?.target = target
    judge[record.sourceOID]?.acceptedTarget = target
  }

  /// A table that can only go on with a copy begins it if the schemas fit by now.
  private mutating func judgeCopied(
    _ record: TableRecord, _ route: inout ChangeRouter.Route, _ sources: [OID: TableSchema], _ targets: [TableSchema]
  ) throws {
    guard let source = sources[record.sourceOID] else { return }
    let judgement = Judgement(
      copying: source, over: targets.first { $0.name == source.name }, after: record, policy: policy(for: record))
    guard judgement.verdict().outcome != .blocked else { return }
    try route.lifecycle.handle(.copyStarted)
    route.isStopPlaced = true
    try catalog.beginCopy(record.sourceOID, appliedLSN: nil, need: record.copyNeed)
    copying.append(TableCopyOrder(table: record.sourceOID, name: record.name, need: record.copyNeed))
  }

  private mutating func judgeStopped(
    _ record: TableRecord, _ route: inout ChangeRouter.Route, _ judge: ShapeJudge
  ) throws {
    let judgement = ResumeJudgement(
      target: catalog.connection, pipeline: catalog.pipeline, policy: policy(for: record),
      sourceTable: judge.sourceTable)
    switch try judgement.judge(record) {
    case .mayResume: try catalog.resolveDriftEvents(record.sourceOID, .restart)
    case .sourceUnknown: return
    case .blocked:
      // What was stopped before migrations were allowed is migrated where its parked changes have the new shape.
      let policy = judge.migrationPolicy
      guard !policy.requiresApproval, try judgement.migration(record, by: policy) != nil else { return }
    }
    try route.lifecycle.handle(.resumed)
    try catalog.setState(record.sourceOID, .catchingUp)
    catchingUp.append(record.sourceOID)
    let chunks = ParkedChunks(
      connection: catalog.connection, pipeline: catalog.pipeline, table: record.sourceOID)
    events.append(.tableCatchingUp(table: record.name, parkedChanges: try chunks.extent().changes))
  }

  private mutating func stop(
    _ record: TableRecord, _ route: inout ChangeRouter.Route, _ stop: TableStop, new: SchemaFingerprint
  ) throws {
    var stop = stop
    stop.appliedLSN = progress
    try route.lifecycle.handle(.stopped)
    try catalog.stopTable(record.sourceOID, stop)
    try catalog.insertDriftEvent(
      DriftEventRecord(
        sourceOID: record.sourceOID, name: record.name, oldFingerprint: record.sourceFingerprint, newFingerprint: new,
        verdict: .blocked, reason: stop.reason, message: stop.message))
    events.append(
      .tableStopped(
        TableStopNotice(sourceOID: record.sourceOID, table: record.name, stop: stop, detectionSeconds: nil)))
  }

  /// Another table stands under the name of one that is gone.
  private mutating func replace(
    _ record: TableRecord, by source: TableSchema, _ route: inout ChangeRouter.Route, _ targets: [TableSchema]
  ) throws {
    let verdict = Judgement(
      source: source, target: targets.first { $0.name == source.name }, baseline: record.sourceSchema,
      policy: policy(for: record)
    ).verdict()
    try catalog.replaceTable(record.sourceOID, by: source)
    route = ChangeRouter.Route(
      sourceOID: source.oid, name: source.name, state: record.state, lastChunk: route.lastChunk, isStopPlaced: false)
    var successor = record
    successor.sourceOID = source.oid
    try stop(successor, &route, TableStop(verdict: verdict, lsn: nil), new: SchemaFingerprint(of: source))
  }

  /// A table that the publication sends and the setup did not know.
  private mutating func admit(_ source: TableSchema, _ targets: [TableSchema]) throws {
    let policy = policies.policy(for: source.name)
    // The catalog watch says so, once.
    guard policy.newTables != .ignore else { return }
    let fingerprint = SchemaFingerprint(of: source)
    let record = TableRecord(source: source, sourceFingerprint: fingerprint, targetFingerprint: nil, state: .pending)
    try catalog.insertNewTable(source, fingerprint)
    var route = ChangeRouter.Route(
      sourceOID: source.oid, name: source.name, state: .pending, lastChunk: 0, isStopPlaced: false)
    let verdict = Judgement(
      source: source, target: targets.first { $0.name == source.name },
      policy: policy, isNewTable: true
    ).verdict()
    guard verdict.outcome == .blocked else {
      route.isStopPlaced = true
      toCopy.append(TableCopyOrder(table: source.oid, name: source.name, need: .first))
      return router.add(route)
    }
    try stop(record, &route, TableStop(verdict: verdict, lsn: nil), new: fingerprint)
    router.add(route)
  }
}
