import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// What operators and the other threads ask for, done between two transactions of the stream.
extension StreamingSession {
  func handle(_ request: ControlRequest) throws {
    switch request {
    case .resume(let table, let request): try resume(table, request: request)
    case .pause(let table, let id): try pause(table, request: id)
    case .handOver(let table): try handOver(table)
    case .copy(let order, let id): try copy(order, request: id)
    case .copied(let table): try endCopy(table)
    case .backfill(let table, let columns, let id): try backfill(table, columns, request: id)
    case .backfilled(let table): drain.post(table)
    case .copyFailed(let table, let stop): try stopCopy(table, stop)
    case .fail(let error): throw error
    case .forgetTarget(let table): applier.forgetPlan(of: table)
    case .watched(let change): watched.add(change)
    case .drainStopped(let table):
      guard let position = applier.router.position(of: table), let record = try inCatalog({ try $0.table(table) }),
        record.state == .stopped
      else { return }
      try applier.router[position].lifecycle.handle(.stopped)
      applier.router[position].isStopPlaced = record.stoppedAtLSN != nil
      noteCommit(try applier.settle())
    }
  }

  /// Begins to copy what has come into the publication.
  func copyNewTables() throws {
    guard !applier.newTables.isEmpty else { return }
    let orders = applier.newTables
    applier.newTables = []
    for order in orders {
      try copy(order, request: nil)
      // From now on it is one of those that the catalog watch looks after.
      mailbox.postOvertaken(order.table)
    }
  }

  func actOnWatched() throws {
    guard let positions = try watched.act() else { return }
    noteCommit(positions)
    applier.takeEvents().forEach(context.tell)
  }

  func resume(_ table: OID, request: RequestRecord?) throws {
    let given = request?.arguments.overrides ?? .none
    guard let position = applier.router.position(of: table), applier.router[position].state == .stopped else {
      if given != .none {
        // The next change is judged anew, under what is allowed now.
        try store(given, of: table)
        applier.forgetPlan(of: table)
      }
      try answer(request?.id, .accepted, [])
      return
    }
    if let record = try inCatalog({ try $0.table(table) }), let need = record.copyNeed {
      return try copy(TableCopyOrder(table: table, name: record.name, need: need), request: request)
    }
    try applier.router[position].lifecycle.handle(.resumed)
    if given != .none { try store(given, of: table) }
    try applier.inCatalog { (catalog) throws(PostgresError) in
      try catalog.setState(table, .catchingUp)
      if let request { try catalog.finishRequest(request.id, .accepted) }
    }
    noteCommit(try applier.commit())
    let chunks = ParkedChunks(connection: connection, pipeline: context.options.pipeline, table: table)
    let changes = try session.outsidePipeline { _ in try chunks.extent().changes }
    context.tell(.tableCatchingUp(table: applier.router[position].name, parkedChanges: changes))
    drain.post(table)
  }

  /// Stores overrides for a table, in the open transaction: they hold exactly if what they were given for does.
  func store(_ overrides: PolicyOverrides, of table: OID) throws {
    guard let record = try inCatalog({ try $0.table(table) }) else { return }
    let stored = overrides.over(record.overrides)
    try applier.inCatalog { (catalog) throws(PostgresError) in try catalog.setOverrides(table, stored) }
    applier.judge[table]?.overrides = stored
  }

  func pause(_ table: OID, request: Int64) throws {
    guard let position = applier.router.position(of: table) else { return }
    guard applier.router[position].state != .stopped else {
      try answer(request, .accepted, ["\(applier.router[position].name) is stopped already"])
      return
    }
    guard applier.router[position].state == .streaming else {
      try answer(
        request, .refused,
        ["\(applier.router[position].name) is \(applier.router[position].state.rawValue); pause it once it streams"])
      return
    }
    try applier.stop(position, .paused(applier.router[position].name), fingerprints: (nil, nil))
    try applier.inCatalog { (catalog) throws(PostgresError) in try catalog.finishRequest(request, .accepted) }
    noteCommit(try applier.commit())
    applier.takeEvents().forEach(context.tell)
  }

  func answer(_ request: Int64?, _ outcome: RequestRecord.Outcome, _ message: [String]) throws {
    guard let request else { return }
    try applier.inCatalog { (catalog) throws(PostgresError) in
      try catalog.finishRequest(request, outcome, message: message)
    }
    noteCommit(try applier.commit())
  }

  /// Applies the rest of a table's parked changes and lets it stream, all in one transaction between two of the stream.
  func handOver(_ table: OID) throws {
    guard let position = applier.router.position(of: table), applier.router[position].state == .catchingUp,
      let record = try inCatalog({ try $0.table(table) })
    else { return }
    if let copied = record.appliedLSN, applier.progress < copied {
      // The table was copied as of a place that the stream has not come to: what it still brings up to there is in the
      // copy, and has to be parked and skipped.
      passedLater[table] = copied
      return
    }
    let chunks = ParkedChunks(connection: connection, pipeline: context.options.pipeline, table: table)
    let extent = try session.outsidePipeline { _ in try chunks.extent() }
    guard extent.bytes <= 4 * ParkedDrain.handOverBytesMax else {
      drain.post(table)
      return
    }
    let parked = try chunks.read(after: -1, limit: Int(Int32.max))
    do {
      let shape = try applier.beginHandOver(
        at: position, record: record, ending: ending, lastChunk: parked.last?.number)
      for chunk in parked { try applier.read(chunk.segment) }
      try applier.endParkedTransaction()
      applier.endHandOver(at: position, shape: shape)
      noteCommit(try applier.commit())
      applier.takeEvents().forEach(context.tell)
      if applier.router[position].state == .streaming {
        context.tell(.tableStreaming(table: applier.router[position].name))
      }
    } catch  where error is ApplyFailure || error is RowRefusal {
      // The drain thread meets the same refusal, and knows how to place the stop.
      try applier.abandon()
      drain.post(table, isRefused: true)
    }
  }

  /// Hands over what only waited for the stream to pass the place of its copy.
  func handOverPassed() throws {
    for (table, position) in passedLater where applier.progress >= position {
      passedLater[table] = nil
      try handOver(table)
    }
  }
}
