import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// What the catalog watch has found and the stream has not reached yet; acts upon it when it has. The apply thread's.
final class WatchedChanges {
  private let applier: UnitApplier
  private let context: PipelineContext
  private let mailbox: ControlMailbox
  private var changes: [WatchedChange] = []

  init(_ applier: UnitApplier, context: PipelineContext, mailbox: ControlMailbox) {
    self.applier = applier
    self.context = context
    self.mailbox = mailbox
  }

  /// True if nothing waits for its position.
  var isEmpty: Bool { changes.isEmpty }

  /// Keeps a change until its position.
  func add(_ change: WatchedChange) { changes.append(change) }

  /// Acts upon everything whose position the stream has reached. At a transaction boundary.
  ///
  /// - Returns: the target's WAL positions after the commit; nil if there was nothing to write.
  func act() throws -> (insert: LSN, flush: LSN)? {
    guard changes.contains(where: { $0.position <= applier.progress }) else { return nil }
    let due = changes.filter { $0.position <= applier.progress }
    changes.removeAll { $0.position <= applier.progress }
    for change in due {
      switch change.action {
      case .judged(let judgement): try act(judgement, on: change.table)
      case .repair(let repair): try act(repair, on: change.table)
      case .admit(let table): try applier.admitFoundTable(table)
      }
    }
    return try applier.settle()
  }

  private func record(_ table: OID) throws -> TableRecord? {
    try applier.session.outsidePipeline { _ in try applier.catalog.table(table) }
  }

  // MARK: Shapes

  private func act(_ judgement: WatchedJudgement, on table: OID) throws {
    guard let position = applier.router.position(of: table), let record = try record(table) else { return }
    let warnings = CatalogAhead.without(record.warnings)
    guard record.state == .streaming, record.sourceFingerprint == judgement.baseline else {
      // The stream has brought another shape meanwhile, or the table does not apply at present.
      if record.state != .stopped { mailbox.postOvertaken(table) }
      if warnings != record.warnings {
        try applier.inCatalog { (catalog) throws(PostgresError) in try catalog.setWarnings(table, warnings) }
      }
      return
    }
    let new = SchemaFingerprint(of: judgement.source)
    if judgement.verdict.outcome == .blocked {
      var stop = TableStop(verdict: judgement.verdict, lsn: nil)
      let policy = applier.judge.migrationPolicy
      if let migration = policy.migration(for: judgement.judgement, judgement.verdict) {
        // It is repeated on the target before the next tuple, which is judged anew.
        guard policy.requiresApproval else { return applier.forgetPlan(of: table) }
        stop = stop.waiting(for: migration, of: judgement.verdict)
      }
      try applier.stop(position, stop, fingerprints: (record.sourceFingerprint, new))
      let warnings = judgement.verdict.warnings
      try applier.inCatalog { (catalog) throws(PostgresError) in try catalog.setWarnings(table, warnings) }
    } else if judgement.isNews(to: record) || warnings != record.warnings {
      try accept(judgement, at: position, record, new)
    }
  }

  private func accept(
    _ judgement: WatchedJudgement, at position: Int, _ record: TableRecord, _ new: SchemaFingerprint
  ) throws {
    let table = record.sourceOID
    let (source, target, verdict) = (judgement.source, judgement.target, judgement.verdict)
    let hasOtherTarget = record.targetSchema.map { $0.oid != target?.oid } ?? false
    let isDrift =
      new != record.sourceFingerprint || target.map { SchemaFingerprint(of: $0) } != record.targetFingerprint
    let kept = record.overrides.keepingRemovedColumns(of: verdict)
    try applier.inCatalog { (catalog) throws(PostgresError) in
      try catalog.accept(
        table, schema: source, target: target, wireShape: nil, warnings: verdict.warnings,
        acceptedLosses: verdict.acceptedLosses)
      if kept != record.overrides { try catalog.setOverrides(table, kept) }
      if hasOtherTarget {
        try catalog.addNeedsRepair(table, ExistingRows.otherTarget)
      } else {
        try catalog.noteStale(table, verdict)
      }
      guard isDrift else { return }
      try catalog.insertDriftEvent(
        DriftEventRecord(
          sourceOID: table, name: source.name, oldFingerprint: record.sourceFingerprint, newFingerprint: new,
          verdict: verdict.outcome, reason: verdict.reason?.rawValue, message: verdict.messageLines))
    }
    applier.router[position].name = source.name
    applier.forgetPlan(of: table)
    applier.judge[table]?.baseline = source
    applier.judge[table]?.target = target
    applier.judge[table]?.acceptedTarget = target
    applier.judge[table]?.overrides = kept
    if !verdict.findings.isEmpty, isDrift || verdict.warnings != record.warnings {
      applier.events.append(.tableWarning(table: source.name, findings: verdict.findings))
    }
  }

  // MARK: What the stream never carries

  private func act(_ repair: WatchedRepair, on table: OID) throws {
    guard let record = try record(table) else { return }
    let causes = repair.causes.filter { cause in
      guard let position = cause.unlessTruncatedSince, let truncation = applier.truncations[table] else { return true }
      return truncation < position
    }
    try applier.inCatalog { (catalog) throws(PostgresError) in
      for cause in causes {
        try catalog.addNeedsRepair(table, cause.text)
        try catalog.insertDriftEvent(
          DriftEventRecord(
            sourceOID: table, name: record.name, newFingerprint: record.sourceFingerprint, verdict: .warning,
            reason: cause.text.split(separator: ":").first.map(String.init),
            message: ["[WARN] \(record.name) needs repair", cause.text]))
      }
      try catalog.setWatched([table: repair.watched])
    }
    for cause in causes { applier.events.append(.warning("\(record.name) needs repair: \(cause.text)")) }
  }
}
