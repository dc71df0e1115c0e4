import LibPQ
import PostgresTypes

/// What all workers of a first copy share.
struct CopyJob: Sendable {
  let context: PipelineContext
  /// The snapshot that everybody reads under.
  let snapshot: String
  let tables: [CopyTable]
  /// The size of each table, for showing how far it is.
  let sizes: [CopyPlan.Size]
  let queue: CopyQueue
  let cancellation: CopyCancellation
  /// The target's backend that holds the pipeline's lock.
  let leader: Int32

  /// Throws if the copy is to end.
  func checkCancellation() throws(SyncError) {
    switch cancellation.reason {
    case nil: if context.isStopping { throw Self.cancelled }
    case .stopped: throw Self.cancelled
    case .failed(let error): throw error
    }
  }

  /// What a worker that was told to end throws; nobody reads it, because the reason was given before.
  private static let cancelled = SyncError.restart("the first copy was ended")

  /// Adds rows to a table's count, and tells so now and then.
  func advance(_ table: Int, rows: Int, bytes: Int) {
    context.observation.update { $0.copiedBytes += Int64(bytes) }
    guard let (rows, bytes) = queue.advance(table, rows: rows, bytes: bytes) else { return }
    context.tell(
      .copying(
        table: tables[table].source.name, rows: rows, bytes: bytes, totalBytes: max(bytes, sizes[table].bytes)))
  }
}
