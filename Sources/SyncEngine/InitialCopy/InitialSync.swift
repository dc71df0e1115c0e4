import LibPQ
import LogicalReplication
import PostgresTypes

/// Takes a pipeline from `set_up` to `streaming`: slot, first copy, and the position from which the stream goes on.
///
/// It can be killed at any moment. What the next start needs to know is in the catalog before it happens: phase `copying`
/// before there is a slot, a table's state `copying` before it has a row of ours. So after an interruption the slot is
/// ours and has never been read, the tables that are `copying` hold nothing but rows of ours, and all of it is thrown away
/// and begun anew.
///
/// It belongs to the thread that leads the pipeline.
struct InitialSync {
  private let context: PipelineContext
  private let target: PostgresConnection
  private let catalog: PipelineCatalog
  private let cancellation = CopyCancellation()

  /// How long a slot may take to become free after the process that held it has died.
  private static let slotWait = Duration.seconds(30)

  /// Works over the session that holds the pipeline's lock.
  init(context: PipelineContext, target: PostgresConnection) {
    self.context = context
    self.target = target
    catalog = PipelineCatalog(target, pipeline: context.options.pipeline)
  }

  /// Does what is missing until the pipeline can stream. Returns false if it was asked to stop before that.
  ///
  /// Nothing happens if the pipeline streams already. The verdict on every table lets it go on.
  func run(tables: [CopyTable]) throws(SyncError) -> Bool {
    let record = try onTarget("reading the pipeline") { () throws(PostgresError) in try catalog.pipelineRecord() }
    guard let record else { throw .catalog("there is no pipeline \(catalog.pipeline)") }
    if record.phase == .streaming { return true }
    let watcher = try cancellation.watch(context)
    defer { cancellation.end(watcher) }
    do {
      return context.options.noCopy ? try adopt(record) : try copy(record, tables)
    } catch {
      if context.isStopping { return false }
      throw error
    }
  }

  // MARK: With a copy

  private func copy(_ record: PipelineRecord, _ tables: [CopyTable]) throws(SyncError) -> Bool {
    if record.phase == .copying {
      context.tell(.activity("starting the interrupted first copy over"))
      guard try dropOwnSlot() else { return false }
      try emptyTables(tables)
    } else {
      try requireNoSlot()
      try TargetTables(connection: target).requireEmpty(tables)
      try setPhase(.copying)
    }
    context.tell(.activity("creating the replication slot \(context.options.slot)"))
    let creation: SlotCreation
    do {
      creation = try SlotCreation(context, exportsSnapshot: true, cancellation: cancellation)
    } catch {
      try withdraw(after: error)
      throw error
    }
    defer { creation.close() }
    var isCopied = false
    do {
      isCopied = try copy(tables, creation)
    } catch {
      discard(creation)
      throw error
    }
    guard isCopied else {
      discard(creation)
      return false
    }
    // From here on the slot stays, whatever happens: the transaction that makes it count may be committed although its
    // answer never came.
    try finish(at: creation.slot.consistentPoint)
    return true
  }

  private func copy(_ tables: [CopyTable], _ creation: SlotCreation) throws(SyncError) -> Bool {
    guard let snapshot = creation.slot.snapshotName else {
      throw .refused(
        what: "the source exported no snapshot with the slot \(creation.slot.name)",
        why: "the first copy has to see exactly what the slot does not send",
        fix: "connect to PostgreSQL 14 or later, not through a connection pool")
    }
    guard !tables.isEmpty else { return true }
    context.tell(.activity("copying \(tables.count) table\(tables.count == 1 ? "" : "s")"))
    let copy = InitialCopy(
      context: context, snapshot: snapshot, tables: tables, cancellation: cancellation, leader: target.backendPID)
    return try copy.run()
  }

  /// A copy that did not come to its end is begun anew with another slot; this one would only keep log on the source.
  private func discard(_ creation: SlotCreation) {
    do {
      try creation.drop()
    } catch {
      // The next start drops it, because the phase is still `copying`.
      context.tell(
        .warning(
          "the replication slot \(creation.slot.name) of the interrupted first copy stays on the source until the next "
            + "pgsyncd sync: \(error)"))
    }
  }

  /// If there is surely no slot, nothing has begun: a slot that somebody else creates later must not be taken for ours.
  private func withdraw(after error: SyncError) throws(SyncError) {
    let isCertain =
      switch error {
      case .refused: true
      case .postgres(let error, _): error.kind == .server || error.kind == .connectionFailed
      default: false
      }
    if isCertain { try setPhase(.setUp) }
  }

  // MARK: After an interrupted copy

  /// Drops the slot that an earlier attempt created. Returns false if it was asked to stop meanwhile.
  private func dropOwnSlot() throws(SyncError) -> Bool {
    let name = context.options.slot
    return try onSource { (source) throws(SyncError) in
      let deadline = ContinuousClock.now + Self.slotWait
      let pause = WakeUp()
      while let slot = try find(name, source) {
        // One that is invalidated is ours all the same.
        if let obstacle = slot.obstacle {
          throw .refused(
            what: "the replication slot \(name) is not the one that the interrupted first copy created",
            why: "it " + obstacle,
            fix: "give the pipeline a name of its own with --slot, or drop that slot if nobody uses it")
        }
        if slot.state.activePID == nil {
          try SyncError.during("dropping the slot of the interrupted first copy") { () throws(PostgresError) in
            _ = try source.query("SELECT pg_drop_replication_slot($1)", [name])
          }
          return true
        }
        if context.isStopping { return false }
        guard ContinuousClock.now < deadline else { throw Self.inUse(slot.state) }
        // The source says nothing when a slot becomes free.
        pause.wait(milliseconds: 100)
      }
      return true
    }
  }

  /// Empties what the interrupted copy wrote. Tables that it had not begun with have to be empty still.
  private func emptyTables(_ tables: [CopyTable]) throws(SyncError) {
    let begun = try onTarget("reading the tables' states") { () throws(PostgresError) in
      let result = try target.query(
        "SELECT source_oid FROM pgsyncd.tables WHERE pipeline = $1 AND state = 'copying'", [catalog.pipeline])
      var begun: Set<OID> = []
      for row in result.rows { begun.insert(try row.oid(0)) }
      return begun
    }
    let targets = TargetTables(connection: target)
    try targets.requireEmpty(tables.filter { !begun.contains($0.source.oid) })
    guard !begun.isEmpty else { return }
    try inTransaction("emptying the tables of the interrupted first copy") { () throws(SyncError) in
      // All of them, because a table that is emptied must not be referred to by one that is not, be it empty or not.
      try targets.empty(tables)
      try onTarget("resetting the tables' states") { () throws(PostgresError) in
        try catalog.setStates(from: [.copying], to: .pending)
        try catalog.setRowsCopied(
          Dictionary(tables.map { ($0.source.oid, 0) }, uniquingKeysWith: { first, _ in first }))
      }
    }
  }

  // MARK: Without a copy

  /// Takes an existing slot over, or creates one, when the target has the data already.
  private func adopt(_ record: PipelineRecord) throws(SyncError) -> Bool {
    guard record.phase == .setUp else {
      throw .refused(
        what: "--no-copy cannot be used now",
        why: "an earlier first copy was interrupted, so the target may hold a part of the rows",
        fix: "run pgsyncd sync without --no-copy, which empties those tables and copies them anew, or pgsyncd teardown "
          + "to begin from the start")
    }
    let name = context.options.slot
    if let slot = try onSource({ (source) throws(SyncError) in try find(name, source) }) {
      if let obstacle = slot.obstacle ?? (slot.state.isLost ? "has lost log that it needs (wal_status = lost)" : nil) {
        throw .refused(
          what: "the replication slot \(name) cannot be adopted", why: "it " + obstacle,
          fix: "name another slot with --slot, or run pgsyncd sync without --no-copy and with a slot of its own")
      }
      if slot.state.activePID != nil { throw Self.inUse(slot.state) }
      guard let position = slot.state.confirmedFlushLSN else {
        throw .refused(
          what: "the replication slot \(name) cannot be adopted", why: "it has no confirmed position",
          fix: "name another slot with --slot")
      }
      context.tell(.activity("adopting the replication slot \(name) at \(position)"))
      try finish(at: position)
      return true
    }
    context.tell(.activity("creating the replication slot \(name)"))
    let creation = try SlotCreation(context, exportsSnapshot: false, cancellation: cancellation)
    defer { creation.close() }
    try finish(at: creation.slot.consistentPoint)
    return true
  }

  // MARK: The catalog

  /// From here on the pipeline streams. A synchronous commit also makes everything durable that was committed before it.
  private func finish(at position: LSN) throws(SyncError) {
    try inTransaction("recording the end of the first copy") { () throws(SyncError) in
      try onTarget("recording the end of the first copy") { () throws(PostgresError) in
        try catalog.setStates(from: [.pending, .copying], to: .streaming)
        try catalog.beginProgress(at: position)
        try catalog.setSlot(context.options.slot)
        try catalog.setPhase(.streaming)
      }
    }
  }

  private func setPhase(_ phase: PipelineRecord.Phase) throws(SyncError) {
    try inTransaction("recording the phase") { () throws(SyncError) in
      try onTarget("recording the phase") { () throws(PostgresError) in
        try catalog.setSlot(context.options.slot)
        try catalog.setPhase(phase)
      }
    }
  }

  /// A transaction on the leading session that is flushed when it is committed, whatever the session's setting.
  private func inTransaction(_ what: String, _ body: () throws(SyncError) -> Void) throws(SyncError) {
    try onTarget(what) { () throws(PostgresError) in
      try target.execute("BEGIN; SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '10s'")
    }
    do {
      try body()
      try onTarget(what) { () throws(PostgresError) in try target.execute("COMMIT") }
    } catch {
      // The first error is the one to report; a connection that cannot roll back reports itself at its next use.
      if target.transactionStatus != .idle { try? target.execute("ROLLBACK") }
      throw error
    }
  }

  private func onTarget<Value>(
    _ what: String, _ body: () throws(PostgresError) -> Value
  ) throws(SyncError) -> Value {
    try SyncError.during(what, body)
  }

  // MARK: The source

  private func requireNoSlot() throws(SyncError) {
    let name = context.options.slot
    guard let slot = try onSource({ (source) throws(SyncError) in try find(name, source) }) else { return }
    throw .refused(
      what: "there is a replication slot \(name) on the source already",
      why: "the first copy needs the snapshot that only the creation of a slot exports",
      fix: slot.obstacle == nil && !slot.state.isLost
        ? "if the target has the data as of that slot, run pgsyncd sync --no-copy, which adopts it; else choose another "
          + "name with --slot, or drop it on the source: SELECT pg_drop_replication_slot(\(SQLLiteral.quoted(name)));"
        : "choose another name with --slot")
  }

  /// Looks a slot up, and says what keeps it from being one of this database's for pgoutput, if anything does.
  private func find(
    _ name: String, _ source: PostgresConnection
  ) throws(SyncError) -> (state: SlotState, obstacle: String?)? {
    try SyncError.during("looking for the replication slot \(name)") { () throws(PostgresError) in
      guard let slot = try SlotState.find(name, source) else { return nil }
      let database = try source.query("SELECT current_database()")[0, 0] ?? ""
      return (slot, slot.obstacle(in: database))
    }
  }

  private func onSource<Value>(
    _ body: (PostgresConnection) throws(SyncError) -> Value
  ) throws(SyncError) -> Value {
    let source = try SyncError.during("connecting to the source") { () throws(PostgresError) in
      try PostgresConnection(
        context.options.source, applicationName: context.applicationName("slot"), interruption: context.interruption)
    }
    defer { source.close() }
    return try body(source)
  }

  private static func inUse(_ slot: SlotState) -> SyncError {
    .refused(
      what: "the replication slot \(slot.name) is in use",
      why: "the source's process \(slot.activePID.map { String($0) } ?? "(unknown)") reads from it",
      fix: "stop that consumer, or name another slot with --slot")
  }
}
