import LibPQ
import PostgresTypes

/// A slot that was just created, with the session that exported its snapshot.
final class SlotCreation {
  /// What the server said of it.
  let slot: CreatedSlot
  private let connection: ReplicationConnection

  /// Creates the slot. The server waits for all transactions that are running to end.
  init(_ context: PipelineContext, exportsSnapshot: Bool, cancellation: CopyCancellation) throws(SyncError) {
    let name = context.options.slot
    let connection: ReplicationConnection
    do {
      connection = try ReplicationConnection(
        context.options.source, applicationName: context.applicationName("slot"), interruption: context.interruption)
    } catch {
      throw Self.refusal(error, context.options, slot: name)
    }
    do {
      slot = try cancellation.whileCancellable([connection.cancelHandle]) { () throws(PostgresError) in
        try connection.createLogicalSlot(name, exportSnapshot: exportsSnapshot)
      }
    } catch {
      connection.close()
      throw Self.refusal(error, context.options, slot: name)
    }
    self.connection = connection
  }

  /// Ends the session. The snapshot is gone then, the slot stays.
  func close() { connection.close() }

  /// Drops the slot, which nobody has read from, so that the source does not keep log for it.
  func drop() throws(PostgresError) {
    defer { connection.close() }
    try connection.dropSlot(slot.name)
  }

  /// Says what to do about the usual reasons why there is no slot.
  static func refusal(_ error: PostgresError, _ options: PipelineOptions, slot: String) -> SyncError {
    let role = options.source.value(of: "user").map(SQLIdentifier.quoted) ?? "the role that pgsyncd connects as"
    let what = "the replication slot \(slot) cannot be created"
    let fix: String
    switch (error.sqlState?.rawValue, error.kind) {
    case ("42710", _):
      fix =
        "if the target has the data as of that slot, run pgsyncd sync --no-copy, which adopts it; else choose another "
        + "name with --slot, or drop it on the source: SELECT pg_drop_replication_slot(\(SQLLiteral.quoted(slot)));"
    case ("53400", _):
      fix =
        "raise max_replication_slots on the source (needs a restart), or drop a slot that nobody uses; "
        + "SELECT slot_name, active FROM pg_replication_slots; shows them"
    case ("42501", _):
      fix = "on the source, as a superuser: ALTER ROLE \(role) REPLICATION;"
    case ("53300", _):
      fix =
        "raise max_wal_senders or max_connections on the source (needs a restart), or end a connection that nobody uses"
    case ("55000", .server):
      fix = "set wal_level = logical on the source (ALTER SYSTEM SET wal_level = logical;) and restart it"
    case ("42602", _): fix = "choose a slot name of lower-case letters, digits and underscores with --slot"
    default: return .postgres(error, during: "creating the replication slot \(slot)")
    }
    return .refused(what: what, why: error.description, fix: fix)
  }
}
