import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Streams changes until told to stop, until the goal is reached, or until a connection fails: the body of `apply-0`.
///
/// A session begins with what the catalog says and keeps nothing that is not there, so after any failure the next session
/// is a fresh start. It owns the connection that holds the pipeline's lock: losing it ends the lead and the writing alike.
final class StreamingSession {
  /// How a session ended.
  enum End {
    /// Told to stop; everything applied has been confirmed.
    case stopped
    /// The goal has been reached; everything applied has been confirmed.
    case reachedGoal
    /// A table's parked changes have reached their limit, and the service does not wait for room.
    case parkingFull(QualifiedName)
  }

  /// While commits wait for the target's disk it is asked this often.
  private static let flushPollMilliseconds: Int32 = 50
  /// Without changes, the source's position is stored this often.
  private static let idleProgressInterval = Duration.seconds(1)
  /// At the latest then the thread looks around.
  private static let idleMilliseconds: Int32 = 5000

  let context: PipelineContext
  let connection: PostgresConnection
  let catalog: PipelineCatalog
  let session: TargetSession
  let applier: UnitApplier
  let ending: StreamProgress
  let wake: WakeUp
  let mailbox: ControlMailbox
  let queue: SegmentQueue
  let confirmed: ConfirmedPosition
  let receiver: WALReceiver
  let drain: DrainThread
  let copier: TableCopyThread
  let control: ControlThread
  let watched: WatchedChanges
  /// Where the session may end by itself.
  let goal: LSN?
  var runner: UnitRunner
  var flush: FlushTracker
  var keepalive: LSN = .zero
  var lastIdleProgress: ContinuousClock.Instant?
  var fullTable: OID?
  var liveGeneration = 0
  /// Tables whose parked changes are applied, and which the stream has to pass the place of their copy for.
  var passedLater: [OID: LSN] = [:]
  /// What has been written of the transaction that is applied in pieces.
  var pieceBytes = 0

  /// Loads and judges the tables.
  ///
  /// - Parameters:
  ///   - apply: the connection that holds the pipeline's lock.
  ///   - wake: wakes this thread; the context's stop request signals it too.
  ///   - published: the tables that the publication sends now.
  ///   - goal: end when everything up to here is applied; nil: go on for ever.
  ///   - beginning: both catalogs as they were before `published` was read.
  init(
    context: PipelineContext, apply: ApplyConnection, wake: WakeUp, published: [TableSchema],
    isChosen: @escaping (QualifiedName) -> Bool, goal: LSN?, resumesStopped: Bool, startedAt: PostgresTimestamp,
    beginning: CatalogWatch.Beginning
  ) throws {
    self.context = context
    liveGeneration = context.liveGeneration
    self.wake = wake
    self.goal = goal
    connection = apply.connection
    catalog = PipelineCatalog(connection, pipeline: context.options.pipeline)
    session = TargetSession(connection: connection)
    guard let progress = try catalog.progress().first else {
      throw SyncError.catalog("there is no progress for pipeline \(context.options.pipeline)")
    }
    let judge = ShapeJudge(context, role: "apply")
    let tables = try SessionTables(
      catalog: catalog, policies: context.policies, progress: progress.appliedLSN, published: published,
      isChosen: isChosen, judge: judge, resumesStopped: resumesStopped)
    ending = StreamProgress(pipeline: context.options.pipeline)
    applier = UnitApplier(
      session: session, catalog: catalog, judge: judge, router: tables.router, progress: progress.appliedLSN,
      directives: context.directives, ending: ending, keepsGlobalOrder: !apply.actsAsReplica)
    applier.endLSN = context.options.untilLSN
    applier.isChosen = isChosen
    runner = UnitRunner(applier: applier)
    flush = FlushTracker(durable: progress.appliedLSN)
    confirmed = ConfirmedPosition(progress.appliedLSN)
    mailbox = ControlMailbox(wake: wake)
    // Half of the budget for what waits; a unit, its copies and the parts of libpq take the other half.
    queue = SegmentQueue(limitBytes: context.options.memoryBytes / 2, consumerWake: wake)
    receiver = WALReceiver(
      settings: context.options.source, applicationName: context.applicationName("receiver"),
      slot: context.options.slot, publication: context.options.publication, start: progress.appliedLSN, queue: queue,
      confirmed: confirmed, interruption: context.interruption)
    copier = TableCopyThread(context: context, mailbox: mailbox, leader: connection.backendPID)
    drain = DrainThread(context: context, mailbox: mailbox, copier: copier)
    control = ControlThread(
      context: context, mailbox: mailbox, confirmed: confirmed, startedAt: startedAt, beginning: beginning)
    watched = WatchedChanges(applier, context: context, mailbox: mailbox)
    tables.events.forEach(context.tell)
    for table in tables.catchingUp { drain.post(table) }
    for order in tables.copying { copier.post(order) }
    for order in tables.toCopy { mailbox.post(.copy(order, request: nil)) }
  }

  /// Runs the session.
  func run() throws -> End {
    let threads = try startThreads()
    context.tell(.streaming(from: applier.progress))
    context.observation.update {
      $0.activity = "streaming"
      $0.appliedLSN = applier.progress
      $0.durableLSN = flush.durable
      $0.targetHeardAt = .now
    }
    let end: Result<End, any Error>
    do { end = .success(try stream()) } catch { end = .failure(error) }
    // What was committed before a failure has happened all the same.
    applier.takeEvents().forEach(context.tell)
    drain.requestStop()
    copier.requestStop()
    control.requestStop()
    if case .success = end {
      // Only what is confirmed now is confirmed before the connection closes.
      do { try makeDurable() } catch { context.tell(.warning("the last position could not be confirmed: \(error)")) }
    }
    receiver.requestStop()
    for thread in threads { thread.join() }
    return try end.get()
  }

  func startThreads() throws -> [NamedThread<Void>] {
    let (receiver, drain, copier, control) = (receiver, drain, copier, control)
    var threads: [NamedThread<Void>] = []
    do throws(ThreadError) {
      threads.append(try NamedThread(name: "wal-receiver") { receiver.run() })
      threads.append(try NamedThread(name: "drain") { drain.run() })
      threads.append(try NamedThread(name: "table-copy") { copier.run() })
      threads.append(try NamedThread(name: "control") { control.run() })
      return threads
    } catch {
      receiver.requestStop()
      drain.requestStop()
      copier.requestStop()
      control.requestStop()
      for thread in threads { thread.join() }
      throw SyncError.thread(error)
    }
  }

  func stream() throws -> End {
    while true {
      // Inside of a transaction that is applied in pieces nothing else happens, but for the end.
      if applier.transaction == nil {
        takeExchangedSettings()
        for request in mailbox.takeAll() { try handle(request) }
        try handOverPassed()
        try actOnWatched()
        try copyNewTables()
        if let end = try endIfDue() { return end }
      } else if context.isStopping {
        try applier.abandon()
        return .stopped
      }
      // A transaction that is under way is parked to its end: nothing of it may be committed before.
      if applier.transaction == nil, let full = try parkingIsFull() {
        if context.options.once { return .parkingFull(full) }
        wake.wait(milliseconds: 1000)
        continue
      }
      let (segments, end) = queue.take(limitBytes: context.options.maxBatchBytes)
      if let last = segments.last {
        let positions = last.isPiece ? try runner.run(piece: last) : try runner.run(segments)
        note(positions, segments)
        queue.recycle(segments)
      } else if case .failed(let error)? = end {
        throw error
      } else {
        try idle()
      }
    }
  }

  /// After the settings were exchanged every table is judged anew at its next change.
  func takeExchangedSettings() {
    let generation = context.liveGeneration
    guard generation != liveGeneration else { return }
    liveGeneration = generation
    for route in applier.router.routes { applier.forgetPlan(of: route.sourceOID) }
  }

  func endIfDue() throws -> End? {
    if context.isStopping { return .stopped }
    if applier.hasReachedEnd { return .reachedGoal }
    // A keepalive tells that nothing is left before the position although no transaction follows it.
    if let end = applier.endLSN, applier.progress >= end { return .reachedGoal }
    guard let goal, applier.progress >= goal else { return nil }
    // Tables that are being caught up belong to what there is to do.
    let isCatchingUp = applier.router.routes.contains { $0.state == .catchingUp || $0.state == .copying }
    guard !isCatchingUp, try inCatalog({ try $0.openRequests() }).isEmpty else { return nil }
    // So does what the catalogs say at this moment.
    guard mailbox.catalogsWereLookedAt, mailbox.isEmpty, watched.isEmpty else { return nil }
    return .reachedGoal
  }

  /// Reads the catalog between two units.
  func inCatalog<Result>(_ body: (PipelineCatalog) throws -> Result) throws -> Result {
    try session.outsidePipeline { _ in try body(catalog) }
  }

  func note(_ positions: (insert: LSN, flush: LSN)?, _ segments: [Segment]) {
    applier.takeEvents().forEach(context.tell)
    if applier.transaction == nil, let transaction = applier.markedDDL {
      applier.markedDDL = nil
      control.lookAtCatalogs(after: transaction)
    }
    if let position = segments.last?.keepaliveEnd { keepalive = max(keepalive, position) }
    noteCommit(positions)
    context.directives.forget(before: applier.progress)
    let limit = context.live.parkingMaxBytes
    if let full = applier.router.routes.first(where: { $0.parkedBytes > limit }) { fullTable = full.sourceOID }
    let seen = receiver.observation.withLock { $0 }
    let piece = pieceProgress(segments)
    context.observation.update {
      $0.appliedLSN = applier.progress
      $0.receivedLSN = seen.receivedLSN
      $0.sourceLSN = max($0.sourceLSN, seen.sourceLSN)
      if let piece { $0.piece = piece }
    }
  }

  /// Where a transaction is that is applied in pieces; nil if none is under way.
  func pieceProgress(_ segments: [Segment]) -> PipelineObservation.Piece? {
    guard let last = segments.last, last.isPiece, let transaction = applier.transaction?.finalLSN else {
      pieceBytes = 0
      return nil
    }
    pieceBytes += last.count
    return PipelineObservation.Piece(transaction: transaction, bytes: pieceBytes)
  }

  func noteCommit(_ positions: (insert: LSN, flush: LSN)?) {
    guard let positions else { return }
    context.observation.update { $0.appliedLSN = applier.progress }
    flush.committed(source: applier.progress, target: positions.insert)
    noteFlush(positions.flush)
  }

  func noteFlush(_ position: LSN) {
    flush.flushed(position)
    guard flush.durable > confirmed.lsn else { return }
    confirmed.advance(to: flush.durable)
    context.observation.update { $0.durableLSN = flush.durable }
    // The receiver spaces its updates by itself.
    queue.producerWake.signal()
  }

  /// Nothing is waiting: look after what is not urgent, then wait.
  func idle() throws {
    var milliseconds = Self.idleMilliseconds
    if applier.transaction == nil {
      if flush.isWaiting {
        noteFlush(try flushPosition())
        if flush.isWaiting { milliseconds = Self.flushPollMilliseconds }
      }
      if keepalive > applier.progress {
        let age = lastIdleProgress.map { ContinuousClock.now - $0 }
        if goal != nil || !watched.isEmpty || age.map({ $0 >= Self.idleProgressInterval }) ?? true {
          lastIdleProgress = .now
          noteCommit(try applier.advance(to: keepalive))
          return
        }
        milliseconds = min(milliseconds, 1000)
      }
      try applier.writeCounters()
      if applier.hasUnwrittenCounters { milliseconds = min(milliseconds, 1000) }
      if goal != nil || !watched.isEmpty {
        // The source tells its position by itself only now and then.
        receiver.requestKeepalive()
        milliseconds = min(milliseconds, 100)
      }
    }
    wake.wait(milliseconds: milliseconds)
  }

  func flushPosition() throws -> LSN {
    try session.outsidePipeline { connection in
      do throws(PostgresError) {
        return try connection.query("SELECT pg_current_wal_flush_lsn()")[0, 0].flatMap(LSN.init) ?? .zero
      } catch {
        throw SyncError.postgres(error, during: "asking the target what it has flushed")
      }
    }
  }

  /// Makes everything that was committed durable, and confirms it.
  func makeDurable() throws {
    try applier.writeCounters(isEnding: true)
    // Whatever comes next on this connection is not part of a pipeline any more.
    try session.outsidePipeline { _ in }
    guard flush.isWaiting else { return }
    try session.outsidePipeline { connection in
      // A synchronous commit flushes all that was committed before it.
      try connection.execute(
        """
        BEGIN; SET LOCAL synchronous_commit = on;
        UPDATE pgsyncd.progress SET applied_lsn = applied_lsn
        WHERE pipeline = \(SQLLiteral.quoted(context.options.pipeline)) AND worker = 0;
        COMMIT
        """)
    }
    noteFlush(try flushPosition())
  }

  // MARK: The limit of what is parked

  /// The table whose parked changes have reached their limit, if there is one: the stream rests until it has room again,
  /// and the source keeps the WAL.
  func parkingIsFull() throws -> QualifiedName? {
    guard let table = fullTable, let position = applier.router.position(of: table) else { return nil }
    let chunks = ParkedChunks(connection: connection, pipeline: context.options.pipeline, table: table)
    let extent = try session.outsidePipeline { _ in try chunks.extent() }
    applier.router[position].parkedBytes = extent.bytes
    _ = try applier.settle()
    let name = applier.router[position].name
    if context.live.resyncsAtParkingLimit, applier.router[position].state == .stopped,
      extent.bytes > context.live.parkingMaxBytes
    {
      try applier.dropParkedChanges(at: position, limitBytes: context.live.parkingMaxBytes)
      noteCommit(try applier.commit())
      applier.takeEvents().forEach(context.tell)
      fullTable = nil
      return nil
    }
    guard extent.bytes > context.live.parkingMaxBytes else {
      fullTable = nil
      context.observation.update {
        $0.activity = "streaming"
        $0.fullTable = nil
      }
      return nil
    }
    if context.observation.latest.activity != "parking_full" {
      context.observation.update {
        $0.activity = "parking_full"
        $0.fullTable = name
      }
      context.tell(
        .warning(
          "the parked changes of \(name) have reached parking.max_bytes; the stream rests and the source keeps its WAL "
            + "until the table is resumed or the limit is raised"))
    }
    return name
  }
}
