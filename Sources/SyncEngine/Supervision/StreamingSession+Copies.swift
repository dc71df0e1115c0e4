import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

/// Tables that are copied, or of which columns are read again, while all others stream.
extension StreamingSession {
  func copy(_ order: TableCopyOrder, request: RequestRecord?) throws {
    guard let position = applier.router.position(of: order.table) else {
      try answer(request?.id, .failed, ["\(order.name) is not part of this pipeline any more"])
      return
    }
    switch applier.router[position].state {
    case .copying:
      try answer(request?.id, .accepted, ["\(order.name) is being copied already"])
      return
    case .catchingUp:
      try answer(
        request?.id, .refused, ["\(order.name) is catching up; copy it anew once it streams, or once it has stopped"])
      return
    case .streaming, .stopped, .pending: break
    }
    let order = try applier.beginCopy(order)
    let given = request?.arguments.overrides ?? .none
    if given != .none { try store(given, of: order.table) }
    if let request {
      try applier.inCatalog { (catalog) throws(PostgresError) in try catalog.finishRequest(request.id, .accepted) }
    }
    noteCommit(try applier.commit())
    applier.takeEvents().forEach(context.tell)
    context.tell(.activity("copying \(order.name) while the other tables stream"))
    copier.post(order)
  }

  func endCopy(_ table: OID) throws {
    guard let position = applier.router.position(of: table), applier.router[position].state == .copying,
      let record = try inCatalog({ try $0.table(table) }), record.state == .catchingUp
    else { return }
    try applier.router[position].lifecycle.handle(.copiedAnew)
    applier.router[position].awaitsCopy = false
    let chunks = ParkedChunks(connection: connection, pipeline: context.options.pipeline, table: table)
    let extent = try session.outsidePipeline { _ in try chunks.extent() }
    applier.router[position].parkedBytes = extent.bytes
    noteCommit(try applier.settle())
    context.tell(.tableCatchingUp(table: record.name, parkedChanges: extent.changes))
    drain.post(table)
  }

  /// Columns of a table are to be read again: it catches up, and does so before it streams again.
  func backfill(_ table: OID, _ columns: [String], request: RequestRecord?) throws {
    guard let position = applier.router.position(of: table) else { return }
    let name = applier.router[position].name
    var applied: LSN?
    switch applier.router[position].state {
    case .streaming:
      applied = applier.progress
      try applier.router[position].lifecycle.handle(.stopped)
      applier.router[position].plan = nil
      applier.router[position].isStopPlaced = true
    case .stopped: break
    case .pending, .copying, .catchingUp:
      try answer(
        request?.id, .refused, ["\(name) is \(applier.router[position].state.rawValue); wait until it streams"])
      return
    }
    try applier.router[position].lifecycle.handle(.resumed)
    applier.forgetOpenChanges(at: position)
    let given = request?.arguments.overrides ?? .none
    if given != .none { try store(given, of: table) }
    try applier.inCatalog { (catalog) throws(PostgresError) in
      try catalog.beginBackfill(table, columns, appliedLSN: applied)
      if let request { try catalog.finishRequest(request.id, .accepted) }
    }
    noteCommit(try applier.commit())
    applier.takeEvents().forEach(context.tell)
    let chunks = ParkedChunks(connection: connection, pipeline: context.options.pipeline, table: table)
    let changes = try session.outsidePipeline { _ in try chunks.extent().changes }
    context.tell(.tableCatchingUp(table: name, parkedChanges: changes))
    drain.post(table)
  }

  func stopCopy(_ table: OID, _ stop: TableStop) throws {
    guard let position = applier.router.position(of: table),
      applier.router[position].state == .copying || applier.router[position].state == .catchingUp
    else { return }
    var stop = stop
    stop.lsn = try session.outsidePipeline { _ in try catalog.firstParkedLSN(table) }
    try applier.stop(position, stop, fingerprints: (nil, nil))
    noteCommit(try applier.commit())
    applier.takeEvents().forEach(context.tell)
  }
}
