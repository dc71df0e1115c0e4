import PostgresTypes

/// `r`: a prepared transaction has been rolled back.
///
/// Letter, Int8 flags (always 0), Int64 end LSN of the prepare, Int64 end LSN of the rollback, Int64 prepare time, Int64
/// rollback time, Int32 xid, String gid (`logicalrep_write_rollback_prepared`).
public struct RollbackPreparedMessage: Hashable, Sendable {
  /// The byte after the prepare record; never zero.
  public var prepareEndLSN: LSN
  /// The byte after the record of ROLLBACK PREPARED; never zero.
  public var rollbackEndLSN: LSN
  /// When the transaction was prepared on the source.
  public var prepareTime: PostgresTimestamp
  /// When it was rolled back on the source.
  public var rollbackTime: PostgresTimestamp
  /// The transaction on the source.
  public var xid: TransactionID
  /// The name of the prepared transaction, UTF-8.
  public var gid: ByteRange

  /// Makes the message.
  public init(
    prepareEndLSN: LSN, rollbackEndLSN: LSN, prepareTime: PostgresTimestamp, rollbackTime: PostgresTimestamp,
    xid: TransactionID, gid: ByteRange
  ) {
    self.prepareEndLSN = prepareEndLSN
    self.rollbackEndLSN = rollbackEndLSN
    self.prepareTime = prepareTime
    self.rollbackTime = rollbackTime
    self.xid = xid
    self.gid = gid
  }
}
