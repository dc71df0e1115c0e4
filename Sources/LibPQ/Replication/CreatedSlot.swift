import PostgresTypes

/// What `CREATE_REPLICATION_SLOT` says.
public struct CreatedSlot: Sendable, Equatable {
  /// The slot's name.
  public let name: String
  /// The position from which on the slot delivers; everything committed before it is in the snapshot.
  public let consistentPoint: LSN
  /// For `SET TRANSACTION SNAPSHOT` in other sessions, as long as the connection that created the slot does nothing
  /// else and stays open; nil if no snapshot was exported.
  public let snapshotName: String?
}
