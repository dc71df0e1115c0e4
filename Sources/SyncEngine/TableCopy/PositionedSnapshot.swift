import LibPQ
import PostgresTypes

/// A snapshot of the source whose place in the stream is known exactly: the transactions that it contains are those whose
/// commit records begin before ``position``.
///
/// Only the creation of a logical slot exports such a snapshot: the server waits until it stands between two commits of the
/// log, where reading a position beside an ordinary snapshot would leave out what was committed in between, or take it
/// twice. The slot is temporary and ends with this session; the snapshot lives on in whoever has taken it over by then.
struct PositionedSnapshot {
  /// The place in the stream.
  let position: LSN
  /// The name to take it over by.
  let name: String
  private let connection: ReplicationConnection

  /// Makes a snapshot. The server waits for the transactions to end that write at this moment.
  init(_ context: PipelineContext, cancellation: CopyCancellation) throws(SyncError) {
    var slot = "for a copy"
    do {
      connection = try ReplicationConnection(
        context.options.source, applicationName: context.applicationName("snapshot"),
        interruption: context.interruption)
    } catch {
      throw SlotCreation.refusal(error, context.options, slot: slot)
    }
    // No two sessions of a server have this name at the same time, and it names whose slot it is.
    slot = "pgsyncd_copy_\(connection.backendPID)"
    let created: CreatedSlot
    do {
      created = try cancellation.whileCancellable([connection.cancelHandle]) { [connection] () throws(PostgresError) in
        try connection.createLogicalSlot(slot, isTemporary: true, exportSnapshot: true)
      }
    } catch {
      connection.close()
      throw SlotCreation.refusal(error, context.options, slot: slot)
    }
    guard let snapshot = created.snapshotName else {
      connection.close()
      throw .refused(
        what: "the source exported no snapshot with the slot \(slot)",
        why: "a copy has to see exactly what the stream does not send any more",
        fix: "connect to PostgreSQL 14 or later, not through a connection pool")
    }
    position = created.consistentPoint
    name = snapshot
  }

  /// Ends the session and the slot with it.
  func close() { connection.close() }
}
