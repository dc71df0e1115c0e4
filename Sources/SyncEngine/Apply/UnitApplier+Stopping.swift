import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

// Where a table's fate is decided: its shape is judged, accepted or the reason to stop.
extension UnitApplier {
  /// - Parameter acceptsKnownShape: store what is accepted although the shape is known: the target is another one.
  func judgeShape(at position: Int, acceptsKnownShape: Bool = false) throws {
    guard let shape = router[position].shape else { preconditionFailure("the shape in force is known") }
    let outcome = try judge.judge(shape, typeNames: router.typeNames, in: transaction?.xid) {
      try session.outsidePipeline { $0 }
    }
    let oid = router[position].sourceOID
    let old = judge[oid].map { SchemaFingerprint(of: $0.baseline) }
    let new = SchemaFingerprint(of: outcome.source)
    guard outcome.verdict.outcome != .blocked else {
      try migrateOrStop(outcome, at: position, old: old, new: new)
      return
    }
    router[position].plan = judge.plan(outcome)
    openPending[position] = nil
    let losses = outcome.verdict.acceptedLosses.map(\.what)
    guard outcome.isNew || acceptsKnownShape || losses != judge[oid]?.acceptedLosses else { return }
    try accept(outcome, at: position, old: old, new: new)
  }

  /// - Parameter old: the fingerprint before; nil if the drift is recorded elsewhere.
  func accept(
    _ outcome: ShapeJudge.Outcome, at position: Int, old: SchemaFingerprint?, new: SchemaFingerprint
  ) throws {
    let oid = router[position].sourceOID
    let warnings = outcome.verdict.warnings
    router[position].name = outcome.verdict.table
    let shape = router[position].shape
    let allowed = judge[oid]?.overrides ?? .none
    let kept = allowed.keepingRemovedColumns(of: outcome.verdict)
    try inCatalog { (catalog) throws(PostgresError) in
      if kept != allowed { try catalog.setOverrides(oid, kept) }
      try catalog.accept(
        oid, schema: outcome.source, target: outcome.acceptedTarget, wireShape: shape, warnings: warnings,
        acceptedLosses: outcome.verdict.acceptedLosses)
      if outcome.hasOtherTarget {
        try catalog.setNeedsRepair(oid, ExistingRows.otherTarget)
      } else {
        try catalog.noteStale(oid, outcome.verdict)
      }
      if let old, old != new {
        try catalog.insertDriftEvent(
          DriftEventRecord(
            sourceOID: oid, name: outcome.verdict.table, lsn: transaction?.finalLSN, oldFingerprint: old,
            newFingerprint: new, verdict: outcome.verdict.outcome,
            reason: outcome.verdict.reason?.rawValue, message: outcome.verdict.messageLines))
      }
    }
    let isBackfilled = judge[oid]?.isBackfilled ?? false
    judge[oid] = ShapeJudge.Knowledge(
      baseline: outcome.source, acceptedShape: shape, target: outcome.target, acceptedTarget: outcome.acceptedTarget,
      overrides: kept, acceptedLosses: outcome.verdict.acceptedLosses.map(\.what))
    judge[oid]?.isBackfilled = isBackfilled
    if let old, old != new, !outcome.verdict.findings.isEmpty {
      events.append(.tableWarning(table: outcome.verdict.table, findings: outcome.verdict.findings))
    }
  }

  /// A row that enters the publication's row filter by an UPDATE arrives as an INSERT, and a TOASTed value that the UPDATE
  /// left alone is not in it (seen on 15 and 18). The row is not complete, so it is not written.
  func stopForMissingValue(at position: Int, _ message: UnsafeRawBufferPointer) throws {
    guard let begin = transaction else { return }
    try stop(position, .incompleteRow(router[position].name, lsn: begin.finalLSN), fingerprints: (nil, nil))
    try park(message, at: position, of: begin)
  }

  func stopForRowIdentity(at position: Int) throws {
    guard let shape = router[position].shape else { preconditionFailure("the shape in force is known") }
    let outcome = try judge.judge(shape, typeNames: router.typeNames, in: transaction?.xid) {
      try session.outsidePipeline { $0 }
    }
    var verdict = outcome.verdict
    verdict.findings = verdict.findings.filter { $0.reason == .noRowIdentity }
    try stop(position, TableStop(verdict: verdict, lsn: transaction?.finalLSN), fingerprints: (nil, nil))
  }

  /// Looks for the reason why the target refused a change in the schemas: an enum's label that the target lacks, say, of
  /// which no RELATION tells. Then that is why the table stops, with the fix.
  ///
  /// - Returns: the stop that the verdict on both schemas as they are now asks for; if they fit, the given one with the
  ///   cause that the two tables and the refusal's code tell.
  func explained(_ stop: TableStop, at position: Int) throws -> TableStop {
    let oid = router[position].sourceOID
    guard stop.kind == .applyError, let known = judge[oid] else { return stop }
    judge.forgetTarget(of: oid)
    let judgement: Judgement
    let verdict: CompatibilityVerdict
    if let shape = router[position].shape ?? known.acceptedShape {
      let outcome = try judge.judge(shape, typeNames: router.typeNames, in: transaction?.xid) {
        try session.outsidePipeline { $0 }
      }
      judgement = Judgement(source: outcome.source, target: outcome.target, current: judge.sourceTable(oid))
      verdict = outcome.verdict
    } else {
      // The table's first change of all: no shape of it was accepted, so the source's catalog has to do.
      guard let source = judge.sourceTable(oid) else { return stop }
      var found = Judgement(
        source: source, target: nil, baseline: known.baseline,
        policy: judge.policies.policy(for: source.name, stored: known.overrides), acceptedTarget: known.acceptedTarget)
      try session.outsidePipeline { try found.lookUpTarget(on: $0) }
      judgement = found
      verdict = found.verdict()
    }
    if verdict.outcome == .blocked { return TableStop(verdict: verdict, lsn: stop.lsn) }
    guard var refusal = stop.refusal, let lsn = stop.lsn else { return stop }
    refusal.role = try session.outsidePipeline { try $0.query("SELECT current_user")[0, 0] }
    return TableStop(refusal: refusal, table: router[position].name, judgement: judgement, lsn: lsn)
  }

  /// Stops a table from the present place in the stream on.
  func stop(
    _ position: Int, _ stop: TableStop, fingerprints: (old: SchemaFingerprint?, new: SchemaFingerprint?)
  ) throws {
    var stop = stop
    if transaction != nil, isParkedTransaction {
      // The parked changes of a table lie behind the stream: what is applied of it ends with them.
      stop.appliedLSN = max(ending.parkedProgress, unitParkedEnd ?? .zero)
      isPuttingBack.open = true
    } else if router[position].state == .streaming {
      stop.appliedLSN = max(progress, unitEnd ?? progress)
    }
    let table = router[position].name
    let oid = router[position].sourceOID
    do { try router[position].lifecycle.handle(.stopped) } catch { preconditionFailure("\(error)") }
    router[position].plan = nil
    router[position].isStopPlaced = stop.lsn != nil
    openPending[position] = nil
    let detection = transaction.map { Double(PostgresTimestamp.now.rawValue - $0.commitTime.rawValue) / 1_000_000 }
    let kind = stop.kind
    try inCatalog { (catalog) throws(PostgresError) in
      try catalog.stopTable(oid, stop)
      guard kind != .paused else { return }
      try catalog.insertDriftEvent(
        DriftEventRecord(
          sourceOID: oid, name: table, lsn: stop.lsn, detectionSeconds: detection,
          oldFingerprint: fingerprints.old, newFingerprint: fingerprints.new, verdict: .blocked, reason: stop.reason,
          message: stop.message))
    }
    events.append(
      .tableStopped(TableStopNotice(sourceOID: oid, table: table, stop: stop, detectionSeconds: detection)))
  }

  /// A table that came into the publication after the setup, or that was created anew: it stops before its first change.
  func admitNewTable(_ shape: RelationShape, _ message: [UInt8]) throws -> Int {
    let oid = shape.oid
    let names = router.typeNames
    let source = TableSchema(
      shape: shape,
      types: { oid in names[oid].map { .announced(oid: oid, namespace: $0.schema, name: $0.name) } },
      catalog: judge.sourceTable(oid, after: transaction?.xid), baseline: nil)
    return try admit(source, message)
  }

  /// A table that the catalog watch has found in the publication: it stops before its first change, between two
  /// transactions. Nothing is to be done if that has come first.
  func admitFoundTable(_ source: TableSchema) throws {
    guard router.position(of: source.oid) == nil else { return }
    _ = try admit(source, unknownShapes[source.oid])
  }

  private func admit(_ source: TableSchema, _ message: [UInt8]?) throws -> Int {
    let oid = source.oid
    let former = router.routes.first { $0.name == source.name }
    var judgement = Judgement(
      source: source, target: nil, baseline: former.flatMap { judge[$0.sourceOID]?.baseline },
      policy: judge.policies.policy(for: source.name), isNewTable: former == nil)
    try judgement.lookUpTarget(on: session.outsidePipeline { $0 })
    let verdict = judgement.verdict()
    let fingerprint = SchemaFingerprint(of: source)
    var route = ChangeRouter.Route(
      sourceOID: oid, name: source.name, state: .pending, lastChunk: 0, isStopPlaced: false)
    route.shape = message
    if let former {
      try inCatalog { (catalog) throws(PostgresError) in try catalog.replaceTable(former.sourceOID, by: source) }
      router.replace(former.sourceOID, by: route)
    } else {
      try inCatalog { (catalog) throws(PostgresError) in try catalog.insertNewTable(source, fingerprint) }
      router.add(route)
    }
    lastRelation = nil
    guard let position = router.position(of: oid) else { preconditionFailure("the table was just added") }
    judge[oid] = ShapeJudge.Knowledge(
      baseline: source, acceptedShape: nil, target: nil, acceptedTarget: nil, overrides: .none)
    if former == nil, verdict.outcome != .blocked {
      // Until the copy begins, its changes are parked as they are afterwards.
      router[position].isStopPlaced = true
      newTables.append(TableCopyOrder(table: oid, name: source.name, need: .first))
    } else {
      try stop(position, TableStop(verdict: verdict, lsn: transaction?.finalLSN), fingerprints: (nil, fingerprint))
    }
    return position
  }

  /// Writes to the catalog inside the unit's transaction.
  func inCatalog(_ body: (PipelineCatalog) throws(PostgresError) -> Void) throws {
    try session.begin()
    try session.outsidePipeline { _ in
      do throws(PostgresError) { try body(catalog) } catch {
        throw SyncError.postgres(error, during: "writing the state of a table")
      }
    }
  }
}
