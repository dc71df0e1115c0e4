import LibPQ
import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

/// Builds units of work out of segments and writes them to the target, each as one transaction.
///
/// What a unit guarantees: its data, the parked changes, the states of tables and the position in the stream become
/// visible together or not at all. No tuple is written under a shape that has not been judged; the judgement is made when
/// the first tuple of the shape comes by, so a RELATION that no row follows costs nothing. A table that stops does so
/// exactly there: what came before in the same transaction is applied, that very tuple and everything after it is parked.
///
/// The stream and the parked changes of a table go through the same code; they differ in what a unit writes at its end
/// (``UnitEnding``).
///
/// Example, one unit of two source transactions, `orders` with a new column from the second on:
/// ```
/// B 0/100  I users  I orders      C 0/140   → users: apply, orders: apply
/// B 0/140  I users  R orders  I orders  C 0/190   → users: apply; orders: judged, stopped, this tuple parked
/// target:  BEGIN; stop orders; COPY users (2 rows); INSERT orders (1); parked_changes (1); progress = 0/190; COMMIT
/// ```
final class UnitApplier {
  /// How a unit is to be applied.
  struct Mode {
    /// Commit after each source transaction, to find out which one the target refuses.
    var commitsEachTransaction = false
    /// Tables whose changes are applied one by one, overwriting rows whose key is taken.
    var exactTables: Set<OID> = []
  }

  let session: TargetSession
  let catalog: PipelineCatalog
  let judge: ShapeJudge
  let directives: TransactionDirectives
  /// The tables at the present place in the stream, decisions of the open unit included.
  var router: ChangeRouter
  /// The tables as of the last commit.
  private(set) var settled: ChangeRouter
  /// Everything before here is applied or parked.
  private(set) var progress: LSN
  /// When the source committed the last transaction.
  private(set) var commitTime: PostgresTimestamp?
  /// How the unit is to be applied.
  var mode = Mode()
  /// Where to stop reading: transactions that commit at or after it are left alone.
  var endLSN: LSN?
  /// Whether a table that is not known yet belongs to the pipeline.
  var isChosen: (QualifiedName) -> Bool = { _ in true }
  /// The table whose parked changes are read, if they are read in the midst of the stream: a parked TRUNCATE names other
  /// tables too, to which it has come long ago.
  var handedOver: OID?
  /// True once ``endLSN`` has been reached.
  private(set) var hasReachedEnd = false
  /// The source transaction at hand.
  private(set) var transaction: BeginMessage?
  /// The commit position of the source transaction that was begun last.
  private(set) var lastTransaction: LSN?
  /// What happened since the last commit, to be told once it is durable.
  private(set) var events: [PipelineEvent] = []

  private let ending: any UnitEnding
  /// True if the target acts on each change (triggers, foreign keys), so that no table may get ahead of another.
  private let keepsGlobalOrder: Bool
  private var counters: CounterStore
  private var scratch = ScratchArena()
  /// What has been read and not been written yet: pending changes refer to its bytes by address, which the compiler does
  /// not see.
  private var segments: [Segment] = []
  /// The segment that is being read.
  private var openSegment: Segment?
  private var pending: [PendingTable] = []
  /// For each route, its open list in ``pending``.
  private var openPending: [Int: Int] = [:]
  private var parked: [Int: ParkBuffer] = [:]
  private var isSkipping = false
  private var isParkedTransaction = false
  private var unitEnd: LSN?
  /// The end of the last parked transaction that this unit has applied.
  private var unitParkedEnd: LSN?
  /// True from where the table of the parked changes has stopped again: what follows is put back, and so is not applied.
  private var isPuttingBack = (open: false, settled: false)
  private var unitCommitTime: PostgresTimestamp?
  private var unknownShapes: [OID: [UInt8]] = [:]
  private var lastRelation: (oid: OID, position: Int)?

  init(
    session: TargetSession, catalog: PipelineCatalog, judge: ShapeJudge, router: ChangeRouter, progress: LSN,
    directives: TransactionDirectives, ending: any UnitEnding, keepsGlobalOrder: Bool
  ) {
    self.session = session
    self.catalog = catalog
    self.judge = judge
    self.router = router
    settled = router
    self.progress = progress
    self.directives = directives
    self.ending = ending
    self.keepsGlobalOrder = keepsGlobalOrder
    counters = CounterStore(pipeline: catalog.pipeline)
  }

  // MARK: Reading

  /// Reads one segment and holds it until the next ``flush()`` or ``commit()``; nobody may write to it before that.
  func read(_ segment: Segment) throws {
    segments.append(segment)
    openSegment = segment
    defer { openSegment = nil }
    let bytes = RawSpan(_unsafeBytes: segment.bytes)
    var reader = SegmentReader()
    do {
      while !hasReachedEnd, let range = try reader.next(in: bytes) {
        let message = try PGOutputDecoder.decode(
          bytes, at: range, insideStream: false, acceptsUnchangedTOASTInInsert: true)
        try take(message, Frame(segment: segment, range: range))
      }
    } catch let error as PGOutputError {
      throw SyncError.malformedStream(error, after: progress)
    }
  }

  /// Where a message lies.
  private struct Frame {
    var segment: Segment
    var range: ByteRange

    var message: UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(start: UnsafeRawPointer(segment.base) + range.offset, count: range.count)
    }

    func tuple(_ data: TupleData) -> TupleBytes {
      TupleBytes(start: UnsafeRawPointer(segment.base) + data.columns.offset - 2)
    }
  }

  private func take(_ message: PGOutputMessage, _ frame: Frame) throws {
    switch message {
    case .insert(let insert):
      guard let position = try admit(insert.relation, frame, needsRow: false) else { return }
      try checkColumns(insert.newTuple, position)
      if insert.newTuple.hasUnchangedTOAST {
        try stopForMissingValue(at: position, frame.message)
        return
      }
      counters.unit[insert.relation, default: RowCounters()].inserted += 1
      list(at: position).insert(frame.tuple(insert.newTuple))
    case .update(let update):
      guard let position = try admit(update.relation, frame, needsRow: true) else { return }
      try checkColumns(update.newTuple, position)
      if let old = update.oldTuple { try checkColumns(old.tuple, position) }
      counters.unit[update.relation, default: RowCounters()].updated += 1
      list(at: position).update(old: update.oldTuple.map { frame.tuple($0.tuple) }, new: frame.tuple(update.newTuple))
    case .delete(let delete):
      guard let position = try admit(delete.relation, frame, needsRow: true) else { return }
      try checkColumns(delete.oldTuple.tuple, position)
      counters.unit[delete.relation, default: RowCounters()].deleted += 1
      list(at: position).delete(old: frame.tuple(delete.oldTuple.tuple))
    case .truncate(let truncate):
      try apply(truncate, frame)
    case .begin(let begin): try start(begin, frame.segment)
    case .commit(let commit): try end(commit)
    case .relation(let relation):
      if let position = router.position(of: relation.relation) {
        if router.noteRelation(at: position, message: frame.message) { openPending[position] = nil }
      } else if ending.admitsNewTables {
        unknownShapes[relation.relation] = Array(frame.message)
      }
    case .type(let type):
      router.noteType(
        type.oid, name: try type.qualifiedName(in: RawSpan(_unsafeBytes: frame.segment.bytes)),
        message: Array(frame.message))
    case .origin, .message:
      break
    default:
      throw SyncError.inconsistentStream("a message of a protocol version that was not asked for", after: progress)
    }
  }

  private func start(_ begin: BeginMessage, _ segment: Segment) throws {
    if let transaction, transaction.finalLSN != begin.finalLSN { try endParkedTransaction() }
    if let endLSN, !segment.isParked, begin.finalLSN >= endLSN {
      hasReachedEnd = true
      return
    }
    transaction = begin
    lastTransaction = begin.finalLSN
    isParkedTransaction = segment.isParked
    // A transaction is behind us exactly if its commit record begins before the end of what was applied last:
    // commits do not overlap, and the stream has them in order. Seen again after the stream was opened anew.
    isSkipping = begin.finalLSN < (segment.isParked ? ending.parkedProgress : progress)
    guard !isSkipping else { return }
    for (table, stop) in directives.stops(at: begin.finalLSN) {
      guard let position = router.position(of: table), router[position].state.destination == .apply else { continue }
      try self.stop(position, stop, fingerprints: (nil, nil))
    }
    for table in directives.exactTables(in: begin.finalLSN) { mode.exactTables.insert(table) }
  }

  private func end(_ commit: CommitMessage) throws {
    guard let begin = transaction, begin.finalLSN == commit.commitLSN else {
      throw SyncError.inconsistentStream("a Commit that does not belong to the Begin before it", after: progress)
    }
    transaction = nil
    guard !isSkipping else {
      isSkipping = false
      return
    }
    for position in parked.keys { try parked[position]?.end(commit) }
    if isParkedTransaction {
      if !isPuttingBack.open { unitParkedEnd = max(unitParkedEnd ?? .zero, commit.endLSN) }
    } else {
      unitEnd = max(unitEnd ?? .zero, commit.endLSN)
      unitCommitTime = commit.commitTime
    }
    if mode.commitsEachTransaction { _ = try self.commit() }
  }

  /// Ends a parked transaction whose last chunk has no Commit: the chunk was cut behind the table's last change of it.
  func endParkedTransaction() throws {
    guard let begin = transaction else { return }
    guard isParkedTransaction else {
      throw SyncError.inconsistentStream("a Begin inside of a transaction", after: progress)
    }
    transaction = nil
    guard !isSkipping else {
      isSkipping = false
      return
    }
    if !isPuttingBack.open {
      unitParkedEnd = max(unitParkedEnd ?? .zero, LSN(rawValue: begin.finalLSN.rawValue + 1))
    }
    if mode.commitsEachTransaction { _ = try commit() }
  }

  // MARK: Routing

  /// Decides where a change goes, judging its table's shape if that is new.
  ///
  /// - Returns: the table's position if the change is to be applied; nil if it has been parked or is behind us.
  private func admit(_ oid: OID, _ frame: Frame, needsRow: Bool) throws -> Int? {
    guard let begin = transaction else {
      throw SyncError.inconsistentStream("a change outside of a transaction", after: progress)
    }
    if isSkipping { return nil }
    guard let position = try position(of: oid) else { return nil }
    if router[position].state.destination == .apply {
      if router[position].plan == nil { try judgeShape(at: position) }
      if let plan = router[position].plan, router[position].state.destination == .apply {
        guard needsRow, case .none = plan.matching else { return position }
        try stopForRowIdentity(at: position)
      }
    }
    try park(frame.message, at: position, of: begin)
    return nil
  }

  private func position(of oid: OID) throws -> Int? {
    if let last = lastRelation, last.oid == oid { return last.position }
    if let position = router.position(of: oid) {
      guard router[position].shape != nil else {
        throw SyncError.inconsistentStream("a change of relation \(oid) without its RELATION", after: progress)
      }
      lastRelation = (oid, position)
      return position
    }
    guard ending.admitsNewTables else { return nil }
    guard let message = unknownShapes[oid] else {
      throw SyncError.inconsistentStream("a change of relation \(oid) without its RELATION", after: progress)
    }
    let shape = try RelationShape(message: message)
    return isChosen(shape.name) ? try admitNewTable(shape, message) : nil
  }

  private func checkColumns(_ tuple: TupleData, _ position: Int) throws {
    guard let plan = router[position].plan else { return }
    try tuple.requireColumnCount(plan.wireColumnCount)
  }

  private func list(at position: Int) -> PendingTable {
    if let open = openPending[position], !keepsGlobalOrder || open == pending.count - 1 { return pending[open] }
    guard let plan = router[position].plan else { preconditionFailure("a change is listed after it was judged") }
    let isExact = mode.exactTables.contains(router[position].sourceOID)
    let list = PendingTable(plan: plan, keepsOrder: isExact || keepsGlobalOrder, scratch: scratch)
    openPending[position] = pending.count
    pending.append(list)
    return list
  }

  private func park(_ message: UnsafeRawBufferPointer, at position: Int, of begin: BeginMessage) throws {
    guard let shape = router[position].shape else { preconditionFailure("a change is parked under its shape") }
    try parked[position, default: ParkBuffer()].append(
      message, of: begin, shape: shape, types: router.typeMessages)
    if let size = parked[position]?.byteCount, size >= ParkBuffer.chunkBytes { try writeChunk(at: position) }
  }

  private func apply(_ truncate: TruncateMessage, _ frame: Frame) throws {
    let relations = try truncate.relations(in: RawSpan(_unsafeBytes: frame.segment.bytes))
    var applied: [ApplyPlan] = []
    for oid in relations where handedOver == nil || oid == handedOver {
      guard let position = try admit(oid, frame, needsRow: false) else { continue }
      guard let plan = router[position].plan else { continue }
      counters.unit[oid, default: RowCounters()].truncates += 1
      applied.append(plan)
    }
    guard !applied.isEmpty else { return }
    try flush()
    try session.begin()
    try TruncateWriter(session: session).write(
      applied, isWhole: applied.count == relations.count,
      restartsIdentity: truncate.options.contains(.restartIdentity))
  }

  // MARK: Judging and stopping

  private func judgeShape(at position: Int) throws {
    guard let shape = router[position].shape else { preconditionFailure("the shape in force is known") }
    let outcome = try judge.judge(shape, typeNames: router.typeNames, in: transaction?.xid) {
      try session.outsidePipeline { $0 }
    }
    let oid = router[position].sourceOID
    let old = judge[oid].map { SchemaFingerprint(of: $0.baseline) }
    let new = SchemaFingerprint(of: outcome.source)
    guard outcome.verdict.outcome != .blocked else {
      try stop(position, TableStop(verdict: outcome.verdict, lsn: transaction?.finalLSN), fingerprints: (old, new))
      return
    }
    router[position].plan = judge.plan(outcome)
    openPending[position] = nil
    guard outcome.isNew else { return }
    try accept(outcome, at: position, old: old, new: new)
  }

  private func accept(
    _ outcome: ShapeJudge.Outcome, at position: Int, old: SchemaFingerprint?, new: SchemaFingerprint
  ) throws {
    let oid = router[position].sourceOID
    let warnings = outcome.verdict.warnings
    router[position].name = outcome.verdict.table
    let shape = router[position].shape
    try inCatalog { (catalog) throws(PostgresError) in
      try catalog.accept(
        oid, schema: outcome.source, target: outcome.target, wireShape: shape, warnings: warnings,
        acceptedLosses: outcome.verdict.acceptedLosses)
      if let repair = outcome.hasOtherTarget ? ExistingRows.otherTarget : outcome.verdict.staleRows {
        try catalog.setNeedsRepair(oid, repair)
      }
      if let old, old != new {
        try catalog.insertDriftEvent(
          DriftEventRecord(
            sourceOID: oid, name: outcome.verdict.table, lsn: transaction?.finalLSN, oldFingerprint: old,
            newFingerprint: new, verdict: outcome.verdict.outcome,
            reason: outcome.verdict.reason?.rawValue, message: outcome.verdict.messageLines))
      }
    }
    judge[oid] = ShapeJudge.Knowledge(
      baseline: outcome.source, acceptedShape: shape, target: outcome.target, acceptedTarget: outcome.target)
    if let old, old != new, !outcome.verdict.findings.isEmpty {
      events.append(.tableWarning(table: outcome.verdict.table, findings: outcome.verdict.findings))
    }
  }

  /// A row that enters the publication's row filter by an UPDATE arrives as an INSERT, and a TOASTed value that the UPDATE
  /// left alone is not in it (seen on 15 and 18). The row is not complete, so it is not written.
  private func stopForMissingValue(at position: Int, _ message: UnsafeRawBufferPointer) throws {
    guard let begin = transaction else { return }
    try stop(position, .incompleteRow(router[position].name, lsn: begin.finalLSN), fingerprints: (nil, nil))
    try park(message, at: position, of: begin)
  }

  private func stopForRowIdentity(at position: Int) throws {
    guard let shape = router[position].shape else { preconditionFailure("the shape in force is known") }
    let outcome = try judge.judge(shape, typeNames: router.typeNames, in: transaction?.xid) {
      try session.outsidePipeline { $0 }
    }
    var verdict = outcome.verdict
    verdict.findings = verdict.findings.filter { $0.reason == .noRowIdentity }
    try stop(position, TableStop(verdict: verdict, lsn: transaction?.finalLSN), fingerprints: (nil, nil))
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
      guard kind == .schemaMismatch || kind == .applyError else { return }
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
  private func admitNewTable(_ shape: RelationShape, _ message: [UInt8]) throws -> Int {
    let oid = shape.oid
    let names = router.typeNames
    let source = TableSchema(
      shape: shape,
      types: { oid in names[oid].map { .announced(oid: oid, namespace: $0.schema, name: $0.name) } },
      catalog: judge.sourceTable(oid, after: transaction?.xid), baseline: nil)
    let former = router.routes.first { $0.name == shape.name }
    var judgement = Judgement(
      source: source, target: nil, baseline: former.flatMap { judge[$0.sourceOID]?.baseline },
      isNewTable: former == nil)
    try judgement.lookUpTarget(on: session.outsidePipeline { $0 })
    let verdict = judgement.verdict()
    let fingerprint = SchemaFingerprint(of: source)
    var route = ChangeRouter.Route(
      sourceOID: oid, name: shape.name, state: .pending, lastChunk: 0, isStopPlaced: false)
    route.shape = message
    if let former {
      try inCatalog { (catalog) throws(PostgresError) in try catalog.replaceTable(former.sourceOID, by: source) }
      router.replace(former.sourceOID, by: route)
    } else {
      try inCatalog { (catalog) throws(PostgresError) in
        try catalog.insert([
          TableRecord(source: source, sourceFingerprint: fingerprint, targetFingerprint: nil, state: .pending)
        ])
        try catalog.setNeedsRepair(oid, ExistingRows.notCopied)
      }
      router.add(route)
    }
    lastRelation = nil
    guard let position = router.position(of: oid) else { preconditionFailure("the table was just added") }
    judge[oid] = ShapeJudge.Knowledge(
      baseline: source, acceptedShape: nil, target: nil, acceptedTarget: nil)
    try stop(position, TableStop(verdict: verdict, lsn: transaction?.finalLSN), fingerprints: (nil, fingerprint))
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

  // MARK: Writing

  /// Writes everything that was read so far. Afterwards the segments are not needed any more, but for another attempt.
  func flush() throws {
    for list in pending {
      let isExact = mode.exactTables.contains(list.plan.sourceOID)
      let overwritten = try TableWriter(session: session, plan: list.plan).write(list, isExact: isExact)
      if overwritten > 0 {
        counters.unit[list.plan.sourceOID, default: RowCounters()].insertExists += Int64(overwritten)
      }
    }
    pending = []
    openPending = [:]
    // Changes that follow in the same segment are still to come.
    segments = openSegment.map { [$0] } ?? []
    for position in parked.keys.sorted() { try writeChunk(at: position) }
    if scratch.capacity > 0 {
      // Addresses in the arena are dead now: everything that referred to them is written or on its way.
      scratch = ScratchArena()
    }
  }

  private func writeChunk(at position: Int) throws {
    guard let chunk = parked[position]?.takeChunk() else { return }
    try session.begin()
    router[position].lastChunk += ending.chunkStride
    router[position].parkedBytes += Int64(chunk.payload.count)
    let isFirst = !router[position].isStopPlaced
    router[position].isStopPlaced = true
    try ParkWriter(session: session, pipeline: catalog.pipeline).write(
      chunk, table: router[position].sourceOID, number: router[position].lastChunk, placesStop: isFirst)
  }

  /// Ends the unit.
  ///
  /// - Returns: the target's WAL positions after the commit; nil if there was nothing to write.
  func commit() throws -> (insert: LSN, flush: LSN)? {
    try flush()
    guard unitEnd != nil || session.isInTransaction || ending.hasWork else { return nil }
    let end = max(unitEnd ?? progress, progress)
    try session.begin()
    try counters.write(to: session)
    try ending.write(
      to: session,
      UnitSpan(start: progress, end: end, parkedEnd: unitParkedEnd, commitTime: unitCommitTime ?? commitTime))
    let positions = try session.commit()
    progress = end
    commitTime = unitCommitTime ?? commitTime
    settled = router
    let parkedEnd = unitParkedEnd
    isPuttingBack.settled = isPuttingBack.open
    unitEnd = nil
    unitParkedEnd = nil
    counters.committed(missing: session.takeMissingRows())
    ending.committed(parkedEnd: parkedEnd)
    return positions
  }

  /// Stores a position without data: the source has told that nothing before it is left to send.
  func advance(to position: LSN) throws -> (insert: LSN, flush: LSN)? {
    unitEnd = max(unitEnd ?? .zero, position)
    return try commit()
  }

  /// Keeps decisions that were made outside of a unit; commits what they wrote, if anything.
  func settle() throws -> (insert: LSN, flush: LSN)? {
    if session.isInTransaction { return try commit() }
    settled = router
    return nil
  }

  /// Takes the unit back: nothing of it has happened.
  func abandon() throws {
    try session.rollback()
    handedOver = nil
    segments = []
    pending = []
    openPending = [:]
    parked = [:]
    scratch = ScratchArena()
    transaction = nil
    isSkipping = false
    unitEnd = nil
    unitParkedEnd = nil
    isPuttingBack.open = isPuttingBack.settled
    unitCommitTime = nil
    hasReachedEnd = false
    lastRelation = nil
    events = []
    counters.abandoned()
    router = settled
  }

  /// The name of a table.
  func name(of table: OID?) -> QualifiedName? { table.flatMap { router[oid: $0]?.name } }

  /// The next parked changes are another table's, or this one's from the beginning.
  func beginParkedChanges() { isPuttingBack = (false, false) }

  /// Forgets the shape in force of one table.
  func forgetShape(at position: Int) {
    router[position].shape = nil
    router[position].plan = nil
    openPending[position] = nil
    lastRelation = nil
  }

  /// Forgets how tables are written; the next tuple of each is judged against the target as it is then.
  func forgetPlan(of table: OID) {
    judge.forgetTarget(of: table)
    if let position = router.position(of: table) { router[position].plan = nil }
    if let position = settled.position(of: table) { settled[position].plan = nil }
    openPending = [:]
  }

  /// Hands over what happened up to the last commit.
  func takeEvents() -> [PipelineEvent] {
    defer { events = [] }
    return events + counters.takeEvents(router)
  }

  /// True if something was counted and not written yet.
  var hasUnwrittenCounters: Bool { counters.hasUnwritten }

  /// Writes what was counted, if it is time.
  func writeCounters() throws {
    guard counters.isDue else { return }
    try session.begin()
    _ = try commit()
  }
}
