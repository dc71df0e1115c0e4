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
  /// The same for parked changes.
  var parkedEndLSN: LSN?
  /// Whether a table that is not known yet belongs to the pipeline.
  var isChosen: (QualifiedName) -> Bool = { _ in true }
  /// The table whose parked changes are read, if they are read in the midst of the stream: a parked TRUNCATE names other
  /// tables too, to which it has come long ago.
  var handedOver: OID?
  /// True once ``endLSN`` has been reached.
  var hasReachedEnd = false
  /// The source transaction at hand.
  var transaction: BeginMessage?
  /// The commit position of the source transaction that was begun last.
  var lastTransaction: LSN?
  /// What happened since the last commit, to be told once that is behind us.
  var events: [PipelineEvent] = []
  /// What was committed and has not been told yet.
  private var committedEvents: [PipelineEvent] = []
  /// Source transactions of the stream that the open unit has completed.
  var unitTransactions = 0
  /// When the first bytes of the open unit were read.
  var unitBegan: ContinuousClock.Instant?

  let ending: any UnitEnding
  /// True if the target acts on each change (triggers, foreign keys), so that no table may get ahead of another.
  let keepsGlobalOrder: Bool
  var counters: CounterStore
  var scratch = ScratchArena()
  /// What has been read and not been written yet: pending changes refer to its bytes by address, which the compiler does
  /// not see.
  var segments: [Segment] = []
  /// The segment that is being read.
  var openSegment: Segment?
  var pending: [PendingTable] = []
  /// For each route, its open list in ``pending``.
  var openPending: [Int: Int] = [:]
  var parked: [Int: ParkBuffer] = [:]
  /// The place of the change at hand in its transaction, from 1: the same whenever the transaction is read again.
  var changeOrdinal = 0
  /// The rows of the transaction at hand at which tables have to stop.
  var refusals: [OID: RowRefusal] = [:]
  /// By plan, the values that have to survive the way to the target and back, to be tried before they are written.
  var exactness: [Int: ExactnessBatch] = [:]
  var isSkipping = false
  var isParkedTransaction = false
  var unitEnd: LSN?
  /// The end of the last parked transaction that this unit has applied.
  var unitParkedEnd: LSN?
  /// True from where the table of the parked changes has stopped again: what follows is put back, and so is not applied.
  var isPuttingBack = (open: false, settled: false)
  var unitCommitTime: PostgresTimestamp?
  var unknownShapes: [OID: [UInt8]] = [:]
  var lastRelation: (oid: OID, position: Int)?
  /// New tables that are to be copied at the next transaction boundary.
  var newTables: [TableCopyOrder] = []
  /// The last transaction of the stream that has marked DDL, until somebody has taken it.
  var markedDDL: TransactionID?
  /// The last TRUNCATE of each table that the stream has brought in this session, by its transaction's commit position.
  var truncations: [OID: LSN] = [:]

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
    judge.settle()
  }

  /// Writes everything that was read so far. Afterwards the segments are not needed any more, but for another attempt.
  func flush() throws {
    for plan in exactness.keys.sorted() { try exactness[plan]?.verify(on: session) }
    exactness = [:]
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

  func writeChunk(at position: Int) throws {
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
    guard unitEnd != nil || session.isInTransaction || ending.hasWork else {
      unitBegan = nil
      return nil
    }
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
    judge.settle()
    let parkedEnd = unitParkedEnd
    isPuttingBack.settled = isPuttingBack.open
    committedEvents += events
    events = []
    noteUnit()
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
    judge.settle()
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
    exactness = [:]
    transaction = nil
    isSkipping = false
    unitEnd = nil
    unitParkedEnd = nil
    isPuttingBack.open = isPuttingBack.settled
    unitCommitTime = nil
    hasReachedEnd = false
    lastRelation = nil
    events = []
    unitTransactions = 0
    unitBegan = nil
    counters.abandoned()
    newTables = []
    router = settled
    judge.abandon()
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
    defer { committedEvents = [] }
    return committedEvents + counters.takeEvents(router)
  }

  /// Notes what the unit that was just committed has done, once for all its rows.
  private func noteUnit() {
    defer {
      unitTransactions = 0
      unitBegan = nil
    }
    guard let began = unitBegan, unitTransactions > 0 || !counters.unit.isEmpty else { return }
    let tables = counters.unit.compactMap { oid, rows -> AppliedUnit.Table? in
      guard let route = router[oid: oid] else { return nil }
      return AppliedUnit.Table(name: route.name, rows: rows, rowsWithoutColumns: rows.columnMismatch)
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    committedEvents.append(
      .unitApplied(AppliedUnit(seconds: seconds, transactions: unitTransactions, tables: tables)))
  }

  /// True if something was counted and not written yet.
  var hasUnwrittenCounters: Bool { counters.hasUnwritten }

  /// Writes what was counted, if it is time.
  ///
  /// - Parameter isEnding: write it whatever the time: nothing more will be counted here.
  func writeCounters(isEnding: Bool = false) throws {
    counters.isEnding = isEnding
    defer { counters.isEnding = false }
    guard counters.isDue else { return }
    try session.begin()
    _ = try commit()
  }
}
