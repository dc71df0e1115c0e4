import LogicalReplication
import PGOutput
import PostgresTypes
import SchemaDrift

// From messages to the lists of what is to be written: transactions begin and end, changes find their table.
extension UnitApplier {
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
  struct Frame {
    var segment: Segment
    var range: ByteRange

    var message: UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(start: UnsafeRawPointer(segment.base) + range.offset, count: range.count)
    }

    func tuple(_ data: TupleData) -> TupleBytes {
      TupleBytes(start: UnsafeRawPointer(segment.base) + data.columns.offset - 2)
    }
  }

  func take(_ message: PGOutputMessage, _ frame: Frame) throws {
    switch message {
    case .insert(let insert):
      guard let position = try admit(insert.relation, frame, needsRow: false) else { return }
      try checkColumns(insert.newTuple, position)
      if insert.newTuple.hasUnchangedTOAST {
        try stopForMissingValue(at: position, frame.message)
        return
      }
      guard try pass(frame.tuple(insert.newTuple), at: position, frame.message) else { return }
      counters.unit[insert.relation, default: RowCounters()].inserted += 1
      list(at: position).insert(frame.tuple(insert.newTuple))
    case .update(let update):
      guard let position = try admit(update.relation, frame, needsRow: true) else { return }
      try checkColumns(update.newTuple, position)
      if let old = update.oldTuple { try checkColumns(old.tuple, position) }
      guard try pass(frame.tuple(update.newTuple), at: position, frame.message) else { return }
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
    case .message:
      // Only marks of DDL come this far. Others than those of the stream were dealt with in their time.
      if !isSkipping, let transaction, !isParkedTransaction { markedDDL = transaction.xid }
    case .origin:
      break
    default:
      throw SyncError.inconsistentStream("a message of a protocol version that was not asked for", after: progress)
    }
  }

  func start(_ begin: BeginMessage, _ segment: Segment) throws {
    if let transaction, transaction.finalLSN != begin.finalLSN { try endParkedTransaction() }
    // The next chunk of a parked transaction goes on where the one before it ended.
    if transaction == nil { changeOrdinal = 0 }
    // What follows a stop is put back to its end, or it would be gone with its chunk.
    let parkedEndLSN = isPuttingBack.open ? nil : parkedEndLSN
    if let endLSN = segment.isParked ? parkedEndLSN : endLSN, begin.finalLSN >= endLSN {
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
    if unitBegan == nil { unitBegan = .now }
    for (table, stop) in directives.stops(at: begin.finalLSN) {
      guard let position = router.position(of: table), router[position].state.destination == .apply else { continue }
      try self.stop(position, try explained(stop, at: position), fingerprints: (nil, nil))
    }
    refusals = directives.refusals(in: begin.finalLSN)
    for table in directives.exactTables(in: begin.finalLSN) { mode.exactTables.insert(table) }
  }

  func end(_ commit: CommitMessage) throws {
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
      unitTransactions += 1
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
    for position in parked.keys { parked[position]?.endWithoutCommit() }
    if !isPuttingBack.open {
      unitParkedEnd = max(unitParkedEnd ?? .zero, LSN(rawValue: begin.finalLSN.rawValue + 1))
    }
    if mode.commitsEachTransaction { _ = try commit() }
  }

  /// Decides where a change goes, judging its table's shape if that is new.
  ///
  /// - Returns: the table's position if the change is to be applied; nil if it has been parked or is behind us.
  func admit(_ oid: OID, _ frame: Frame, needsRow: Bool) throws -> Int? {
    guard let begin = transaction else {
      throw SyncError.inconsistentStream("a change outside of a transaction", after: progress)
    }
    if isSkipping { return nil }
    changeOrdinal += 1
    guard let position = try position(of: oid) else { return nil }
    if router[position].state.destination == .apply {
      if router[position].plan == nil { try judgeShape(at: position) }
      if let refusal = refusals[oid], refusal.ordinal == changeOrdinal { try stop(position, at: refusal) }
      if let plan = router[position].plan, router[position].state.destination == .apply {
        guard needsRow, case .none = plan.matching else { return position }
        try stopForRowIdentity(at: position)
      }
    }
    // The copy with which the table resumes will contain it.
    if router[position].awaitsCopy, router[position].state == .stopped { return nil }
    try park(frame.message, at: position, of: begin)
    return nil
  }

  func position(of oid: OID) throws -> Int? {
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
    guard isChosen(shape.name) else { return nil }
    let isIgnored = judge.policies.policy(for: shape.name).newTables == .ignore
    if isIgnored, !router.routes.contains(where: { $0.name == shape.name }) { return nil }
    return try admitNewTable(shape, message)
  }

  func checkColumns(_ tuple: TupleData, _ position: Int) throws {
    guard let plan = router[position].plan else { return }
    try tuple.requireColumnCount(plan.wireColumnCount)
  }

  func list(at position: Int) -> PendingTable {
    if let open = openPending[position], !keepsGlobalOrder || open == pending.count - 1 { return pending[open] }
    guard let plan = router[position].plan else { preconditionFailure("a change is listed after it was judged") }
    let isExact = mode.exactTables.contains(router[position].sourceOID)
    let list = PendingTable(plan: plan, keepsOrder: isExact || keepsGlobalOrder, scratch: scratch)
    openPending[position] = pending.count
    pending.append(list)
    return list
  }

  func park(_ message: UnsafeRawBufferPointer, at position: Int, of begin: BeginMessage) throws {
    guard let shape = router[position].shape else { preconditionFailure("a change is parked under its shape") }
    try parked[position, default: ParkBuffer()].append(
      message, of: begin, shape: shape, types: router.typeMessages)
    if let size = parked[position]?.byteCount, size >= ParkBuffer.chunkBytes { try writeChunk(at: position) }
  }

  func apply(_ truncate: TruncateMessage, _ frame: Frame) throws {
    let relations = try truncate.relations(in: RawSpan(_unsafeBytes: frame.segment.bytes))
    var applied: [ApplyPlan] = []
    for oid in relations where handedOver == nil || oid == handedOver {
      if !isParkedTransaction, let position = transaction?.finalLSN { truncations[oid] = position }
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
}
