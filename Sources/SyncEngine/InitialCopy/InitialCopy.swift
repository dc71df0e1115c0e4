import LibPQ
import PostgresTypes

/// Copies tables under one snapshot, in parallel.
struct InitialCopy {
  private let context: PipelineContext
  private let snapshot: String
  private let tables: [CopyTable]
  private let cancellation: CopyCancellation
  private let leader: Int32

  /// Describes a copy.
  ///
  /// - Parameters:
  ///   - snapshot: the name under which it was exported; the exporting session has to stay as it is.
  ///   - tables: what to copy; the target's tables are empty.
  ///   - cancellation: ends the copy; somebody has to watch for the request to stop.
  ///   - leader: the target's backend that holds the pipeline's lock.
  init(
    context: PipelineContext, snapshot: String, tables: [CopyTable], cancellation: CopyCancellation, leader: Int32
  ) {
    self.context = context
    self.snapshot = snapshot
    self.tables = tables
    self.cancellation = cancellation
    self.leader = leader
  }

  /// Copies everything, or throws the first failure. Returns false if it was asked to stop.
  ///
  /// In either case no worker is left when it returns. What was committed until then stays on the target.
  func run() throws(SyncError) -> Bool {
    do {
      try copy()
    } catch {
      // What fails while it stops fails because it stops.
      cancellation.cancel(context.isStopping ? .stopped : .failed(error))
    }
    switch cancellation.reason {
    case nil: return true
    case .stopped: return false
    case .failed(let error): throw error
    }
  }

  private func copy() throws(SyncError) {
    let source = try SyncError.during("connecting for the first copy") { () throws(PostgresError) in
      try SourceSnapshot(context, role: "copy", snapshot: snapshot)
    }
    // Its locks hold until the last worker is done.
    defer { source.close() }
    let (sizes, rewritten) = try cancellation.whileCancellable([source.cancelHandle]) { () throws(SyncError) in
      try SyncError.during("preparing the first copy") { () throws(PostgresError) in
        try source.hold(tables)
        return try source.measure(tables)
      }
    }
    if !rewritten.isEmpty {
      throw .restart(
        "rewritten or truncated on the source between the slot's snapshot and the copy: "
          + rewritten.map(\.description).joined(separator: ", "))
    }
    let plan = try plan(sizes)
    let job = CopyJob(
      context: context, snapshot: snapshot, tables: tables, sizes: sizes,
      queue: CopyQueue(plan.pieces, tableCount: tables.count), cancellation: cancellation, leader: leader)
    var workers: [NamedThread<Void>] = []
    for number in 0..<plan.workers {
      do {
        workers.append(try NamedThread(name: "copy-\(number)") { CopyWorker.run(job, number: number) })
      } catch {
        cancellation.cancel(.failed(.thread(error)))
      }
    }
    for worker in workers { worker.join() }
  }

  private func plan(_ sizes: [CopyPlan.Size]) throws(SyncError) -> CopyPlan {
    let actsAsReplica = try SyncError.during("connecting for the first copy") { () throws(PostgresError) in
      let session = try ApplyConnection(context, role: "copy")
      session.connection.close()
      return session.actsAsReplica
    }
    guard actsAsReplica else { return CopyPlan(inOrderOfForeignKeys: tables) }
    return CopyPlan(
      tables: tables, sizes: sizes, splitLargerThan: context.options.splitTablesLargerThanBytes,
      workers: context.options.copyWorkers)
  }
}
