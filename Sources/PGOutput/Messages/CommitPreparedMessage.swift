import PostgresTypes

/// `K`: a prepared transaction has been committed.
///
/// Letter, Int8 flags (always 0), Int64 LSN, Int64 end LSN, Int64 time, Int32 xid, String gid
/// (`logicalrep_write_commit_prepared`).
public struct CommitPreparedMessage: Hashable, Sendable {
  /// Where the record of COMMIT PREPARED begins; never zero.
  public var commitLSN: LSN
  /// The byte after that record; never zero.
  public var endLSN: LSN
  /// When the transaction was committed on the source.
  public var commitTime: PostgresTimestamp
  /// The transaction on the source.
  public var xid: TransactionID
  /// The name of the prepared transaction, UTF-8.
  public var gid: ByteRange

  /// Makes the message.
  public init(commitLSN: LSN, endLSN: LSN, commitTime: PostgresTimestamp, xid: TransactionID, gid: ByteRange) {
    self.commitLSN = commitLSN
    self.endLSN = endLSN
    self.commitTime = commitTime
    self.xid = xid
    self.gid = gid
  }
}
