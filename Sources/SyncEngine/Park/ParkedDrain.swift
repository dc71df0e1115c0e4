import LogicalReplication
import PostgresTypes

/// Applies the parked changes of one table that catches up, in order, as far as asked.
struct ParkedDrain {
  /// Why it ended.
  enum End: Sendable {
    /// So little is left that the stream can take it.
    case almostDone
    /// Everything before the place that was given is applied.
    case reachedEnd
    /// The table has stopped again.
    case stopped
    /// It was asked to stop.
    case interrupted
  }

  /// With so little left the apply thread finishes in one go.
  static let handOverBytesMax: Int64 = 1 << 20
  /// So many chunks are fetched at a time.
  private static let chunksAtATime = 8

  private let context: PipelineContext
  private let applier: UnitApplier
  private let ending: DrainProgress
  private let chunks: ParkedChunks
  private let table: OID

  /// Begins where the table is.
  ///
  /// - Parameter open: serves this drain alone until it has ended.
  init(context: PipelineContext, open: ApplyConnection, record: TableRecord) {
    let pipeline = context.options.pipeline
    self.context = context
    table = record.sourceOID
    ending = DrainProgress(pipeline: pipeline, table: table, appliedLSN: record.appliedLSN ?? .zero)
    chunks = ParkedChunks(connection: open.connection, pipeline: pipeline, table: table)
    var router = ChangeRouter()
    // Here the table applies; to the stream it is still one whose changes are parked.
    router.add(
      ChangeRouter.Route(
        sourceOID: table, name: record.name, state: .streaming, lastChunk: 0, isStopPlaced: true))
    let judge = ShapeJudge(context, role: "drain")
    judge[table] = ShapeJudge.Knowledge(record)
    applier = UnitApplier(
      session: TargetSession(connection: open.connection),
      catalog: PipelineCatalog(open.connection, pipeline: pipeline), judge: judge, router: router,
      progress: ending.parkedProgress, directives: TransactionDirectives(), ending: ending,
      keepsGlobalOrder: !open.actsAsReplica)
  }

  /// Applies.
  ///
  /// - Parameters:
  ///   - end: transactions that commit at or after it stay parked; all those before it are parked by now. Nil: go on until
  ///     almost nothing is left.
  ///   - leavesRest: end as soon as the stream can take what is left; else apply everything that is there first, so that a
  ///     refusal finds its place here.
  func run(to end: LSN? = nil, leavesRest: Bool = false, isStopping: () -> Bool) throws -> End {
    applier.parkedEndLSN = end
    let result = try apply(leavesRest: leavesRest && end == nil, isStopping)
    if result != .interrupted { try applier.writeCounters(isEnding: true) }
    // The connection serves others after this, outside of a pipeline, and they prepare their statements anew.
    try applier.session.outsidePipeline { connection in try connection.execute("DEALLOCATE ALL") }
    return result
  }

  private func apply(leavesRest: Bool, _ isStopping: () -> Bool) throws -> End {
    var runner = UnitRunner(applier: applier)
    guard let position = applier.router.position(of: table) else { return .interrupted }
    // The last chunk that was read completely, and the last one whose application is committed.
    var last: Int64 = -1
    var done: Int64 = -1
    var mayLeaveRest = leavesRest
    while !isStopping() {
      if mayLeaveRest, applier.transaction == nil, try isAlmostDone() { return .almostDone }
      do {
        let batch = try applier.session.outsidePipeline { _ in try chunks.read(after: last, limit: Self.chunksAtATime) }
        // All chunks of a transaction become visible together: no more of them, no more of it.
        if batch.isEmpty { try applier.endParkedTransaction() }
        for (number, segment) in batch {
          applier.router[position].lastChunk = number
          try applier.read(segment)
          if applier.hasReachedEnd, applier.router[position].state == .streaming {
            // The rest of this chunk stays; what is applied of it is skipped when it is read again.
            ending.consumedChunk = last > done ? last : nil
            _ = try applier.commit()
            applier.takeEvents().forEach(context.tell)
            return .reachedEnd
          }
          last = number
          if applier.transaction != nil, applier.router[position].state == .streaming {
            // The transaction goes on in the next chunk, and is committed with it.
            try applier.flush()
            try applier.session.collect()
            continue
          }
          ending.consumedChunk = number
          _ = try applier.commit()
          done = number
          runner.succeeded()
          applier.takeEvents().forEach(context.tell)
          guard applier.router[position].state == .streaming else { return .stopped }
        }
        if batch.isEmpty {
          ending.consumedChunk = last
          _ = try applier.commit()
          done = last
          runner.succeeded()
          if applier.parkedEndLSN != nil { return .reachedEnd }
          mayLeaveRest = true
        }
      } catch let failure as ApplyFailure {
        try runner.recover(from: failure)
        last = done
      } catch let refusal as RowRefusal {
        try runner.recover(from: refusal)
        last = done
      }
    }
    return .interrupted
  }

  private func isAlmostDone() throws -> Bool {
    try applier.session.outsidePipeline { _ in try chunks.extent() }.bytes <= Self.handOverBytesMax
  }
}
